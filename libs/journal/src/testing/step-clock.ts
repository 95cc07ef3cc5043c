import type { Clock } from '../clock.ts';

/** A clock that moves only when told to. */
export interface StepClock extends Clock {
  /** Moves time on, running every timer that falls due on the way, in order. */
  step(ms: number): Promise<void>;
  /** Sets the wall clock alone, as a wrong clock would; the monotonic one goes on. */
  setWall(now: number): void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export const createStepClock = (start = Date.UTC(2026, 10, 21, 9)): StepClock => {
  let wall = start;
  let tick = 0;
  const timers = new Set<Timer>();
  const dueBy = (end: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  const advance = (to: number): void => {
    wall += to - tick;
    tick = to;
  };
  return {
    now: () => wall,
    monotonic: () => tick,
    after: (ms, run) => {
      const timer = { at: tick + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    setWall: (now) => {
      wall = now;
    },
    step: async (ms) => {
      const end = tick + ms;
      for (let timer = dueBy(end); timer !== undefined; timer = dueBy(end)) {
        timers.delete(timer);
        advance(Math.max(tick, timer.at));
        timer.run();
        await settled();
      }
      advance(end);
      await settled();
    },
  };
};

/** Lets everything that is ready to run, run: one turn of the event loop, promises included. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
