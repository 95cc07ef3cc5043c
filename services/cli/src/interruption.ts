/** What a process that a signal ended ends with, as shells have it. */
export const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof SIGNAL_EXITS;

/** A terminal sends SIGINT to a wrapper and to this process, and the wrapper passes its own on: one wish, said twice. */
const SAME_WISH_MS = 300;

/** The process as signals reach it. */
export interface SignalledProcess {
  on(signal: EndingSignal, listener: () => void): unknown;
  exit(code: number): void;
}

/** Aborts with the signal's name as its reason at the first signal; one that comes later ends the process at once. */
export const interruptedBySignals = (
  host: SignalledProcess = process,
  now: () => number = () => performance.now(),
): AbortSignal => {
  const interruption = new AbortController();
  let first: number | undefined;
  for (const signal of Object.keys(SIGNAL_EXITS) as EndingSignal[]) {
    host.on(signal, () => {
      first ??= now();
      if (now() - first > SAME_WISH_MS) host.exit(SIGNAL_EXITS[signal]);
      interruption.abort(signal);
    });
  }
  return interruption.signal;
};

/** The exit of an interruption; one that names no signal counts as Ctrl-C. */
export const exitOfInterruption = ({ reason }: AbortSignal): 130 | 143 =>
  reason === 'SIGTERM' ? SIGNAL_EXITS.SIGTERM : SIGNAL_EXITS.SIGINT;
