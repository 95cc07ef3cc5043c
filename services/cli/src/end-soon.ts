const MOMENT_MS = 1_000;

/** Ends this process with an exit code once all is written and nothing is left to do, and after a moment in any case. */
export const endSoon = (code: number): void => {
  process.exitCode = code;
  // Unreferenced: it fires only where something that was left behind keeps the process alive.
  process.stdout.write('', () => void setTimeout(() => process.exit(), MOMENT_MS).unref());
};
