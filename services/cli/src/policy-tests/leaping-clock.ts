import type { Clock } from '@edict/journal';

/** A clock that stands still until it is told to leap. */
export interface LeapingClock extends Clock {
  /** Moves time on at once; every timer that fell due on the way runs then, in order. */
  leap(ms: number): void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export const createLeapingClock = (start: number): LeapingClock => {
  let passed = 0;
  const timers = new Set<Timer>();
  return {
    now: () => start + passed,
    monotonic: () => passed,
    after: (ms, run) => {
      const timer = { at: passed + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    leap: (ms) => {
      passed += ms;
      const due = [...timers].filter(({ at }) => at <= passed).sort((a, b) => a.at - b.at);
      // One that is due may cancel another.
      for (const timer of due) if (timers.delete(timer)) timer.run();
    },
  };
};
