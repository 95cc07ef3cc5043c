import { interruptedBySignals } from './interruption.ts';
import { createOutlet } from './output/outlet.ts';
import type { Streams } from './output/printer.ts';
import type { Exit } from './stop.ts';

/** What of this process a program is given. */
export interface OwnProcess {
  readonly streams: Streams;
  /** Aborts when the user interrupts. */
  readonly interrupted: AbortSignal;
}

/** Runs a program and ends the process with its exit, or with 3 when it is done and its output could not be written. */
export const runProcess = async (
  { noColor }: { readonly noColor: boolean },
  run: (own: OwnProcess) => Promise<Exit>,
): Promise<never> => {
  const out = createOutlet(process.stdout);
  const err = createOutlet(process.stderr);
  const exit = await run({
    streams: {
      out: out.write,
      err: err.write,
      coloured: process.stdout.isTTY === true && !noColor,
      closed: out.closed,
    },
    interrupted: interruptedBySignals(),
  });
  const unwritten = await out.flush();
  if (unwritten !== undefined) err.write(`edict: standard output cannot be written: ${unwritten.message}\n`);
  await err.flush();
  // What was interrupted may leave a connection or standard input open; nothing of it is waited for.
  process.exit(unwritten !== undefined && exit === 0 ? 3 : exit);
};
