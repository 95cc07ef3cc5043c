import type { Clock } from '@edict/journal';
import type { World } from './world.ts';

/** What the wall clocks say when a run begins: 21 November 2026, 09:00 UTC. */
export const EPOCH = Date.UTC(2026, 10, 21, 9);

/**
 * A process that may be killed, started again, and stopped for a while without knowing it. Everything that reaches its
 * code comes through here, so a dead one does nothing any more, and a stopped one does it all later.
 */
export interface Machine {
  readonly name: string;
  readonly clock: Clock;
  /** Counts the starts: what was begun in an earlier life never ends. */
  life(): number;
  isUp(): boolean;
  isPaused(): boolean;
  /** Lets something reach this process after that many milliseconds, unless it is dead by then. */
  reach(ms: number, run: () => void): () => void;
  start(): void;
  /** Ends this life at once: nothing is said to anybody. */
  kill(): void;
  pause(): void;
  resume(): void;
  /** Moves the wall clock, back or forth; the monotonic one goes on. */
  shiftClock(ms: number): void;
  setClockRight(): void;
}

/** Between two things that were waiting when a stopped process goes on. */
const CATCHING_UP_MS = 0.01;

export const createMachine = (world: World, name: string): Machine => {
  let life = 0;
  let up = false;
  let paused = false;
  let skew = 0;
  let waiting: (() => void)[] = [];

  const reach: Machine['reach'] = (ms, run) => {
    const own = life;
    let cancelled = false;
    const arrive = (): void => {
      if (cancelled || !up || own !== life) return;
      if (paused) waiting.push(arrive);
      else run();
    };
    const cancel = world.after(ms, arrive);
    return () => {
      cancelled = true;
      cancel();
    };
  };

  return {
    name,
    clock: {
      now: () => EPOCH + Math.floor(world.now()) + skew,
      monotonic: () => world.now(),
      after: reach,
    },
    life: () => life,
    isUp: () => up,
    isPaused: () => paused,
    reach,
    start: () => {
      life += 1;
      up = true;
      paused = false;
      waiting = [];
    },
    kill: () => {
      up = false;
      waiting = [];
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      for (const [i, arrive] of waiting.splice(0).entries()) world.after(i * CATCHING_UP_MS, arrive);
    },
    shiftClock: (ms) => {
      skew += ms;
    },
    setClockRight: () => {
      skew = 0;
    },
  };
};
