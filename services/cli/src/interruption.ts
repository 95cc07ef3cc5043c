/** The process as signals reach it; tests give their own. */
export interface SignalledProcess {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

const UNAVAILABLE = 3;
/** A terminal signals a whole group and each wrapper passes its own on: one Ctrl-C comes several times. */
const ECHO_MS = 300;

/** Aborts at the first SIGINT or SIGTERM; another one later ends the process at once, with exit 3. */
export const interruptionOf = (
  host: SignalledProcess = process,
  now: () => number = () => performance.now(),
): AbortSignal => {
  const interruption = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    first ??= now();
    interruption.abort();
    if (now() - first > ECHO_MS) host.exit(UNAVAILABLE);
  };
  host.on('SIGINT', onSignal);
  host.on('SIGTERM', onSignal);
  return interruption.signal;
};
