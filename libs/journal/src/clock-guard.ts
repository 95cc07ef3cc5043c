import { BOUNDS, type Rejection } from '@edict/contracts';
import type { Clock } from './clock.ts';

/** Reads another clock, that of the broker: milliseconds since 1970, taken between the call and the answer. */
export type ClockProbe = () => Promise<number>;

/** Keeps a process with a wrong clock from deciding: its times are recorded for ever, and deadlines rest on them. */
export interface ClockGuard {
  /** Why nothing may be decided now; `undefined` while the clock is known to be right. */
  refusal(): Rejection | undefined;
  /** Compares now rather than in a second: the way to the broker was just opened. */
  look(): Promise<void>;
  stop(): void;
}

export interface ClockGuardOptions {
  readonly clock: Clock;
  readonly probe: ClockProbe;
  /** Told when a comparison could not be made. */
  readonly onFault?: (error: unknown) => void;
}

const PROBE_MS = 1_000;
const TOLERANCE_MS = BOUNDS.clockToleranceMs;
/** A broker that is too busy to be asked is no proof, and a jump shows without it; after this long nothing is known. */
const STALE_MS = 30_000;

/**
 * Compares the wall clock with the broker's, now and every second. Settles after the first comparison, however it
 * went. Between two of them a jump shows by the monotonic clock.
 */
export const createClockGuard = async ({ clock, probe, onFault }: ClockGuardOptions): Promise<ClockGuard> => {
  let good: { readonly offset: number; readonly at: number } | undefined;
  let skew: number | undefined;
  let cancel = (): void => {};
  let stopped = false;

  const compare = async (): Promise<void> => {
    const sent = clock.now();
    const at = clock.monotonic();
    try {
      const stamp = await probe();
      const answered = clock.now();
      skew = skewOf(stamp, sent, answered);
      if (skew === undefined) good = { offset: answered - clock.monotonic(), at };
    } catch (error) {
      onFault?.(error);
    }
  };
  const again = async (): Promise<void> => {
    cancel();
    await compare();
    cancel();
    if (!stopped) cancel = clock.after(PROBE_MS, () => void again());
  };

  await again();
  return {
    refusal: () => {
      if (skew !== undefined) return skewed(skew);
      const now = clock.monotonic();
      if (good === undefined || now - good.at > STALE_MS) return UNCOMPARED;
      const jump = clock.now() - now - good.offset;
      return Math.abs(jump) > TOLERANCE_MS ? skewed(jump) : undefined;
    },
    look: again,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
};

/** How far this clock is ahead of the stamp (negative: behind), when that is more than is tolerated. */
const skewOf = (stamp: number, sent: number, answered: number): number | undefined => {
  if (stamp < sent - TOLERANCE_MS) return sent - stamp;
  return stamp > answered + TOLERANCE_MS ? answered - stamp : undefined;
};

const skewed = (ms: number): Rejection => ({
  code: 'CLOCK_SKEWED',
  message: `the clock of this process is ${Math.round(Math.abs(ms))} ms ${ms > 0 ? 'ahead of' : 'behind'} the broker's, at most ${TOLERANCE_MS} are allowed; nothing is decided here until it is right`,
});

const UNCOMPARED: Rejection = {
  code: 'UNAVAILABLE',
  message:
    'the clock of this process could not be compared with the broker’s for 30 s; send it again with the same id',
};
