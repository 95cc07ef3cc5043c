import type { Clock } from './clock.ts';

/** Those who wait until there is nothing left to do. */
export interface Idle {
  /** There is nothing left: whoever waits goes on. */
  reached(): void;
  /** Settles when it is reached, or after so many milliseconds. */
  within(ms: number): Promise<void>;
}

export const createIdle = (clock: Clock): Idle => {
  let waiting: (() => void)[] = [];
  return {
    reached: () => {
      for (const done of waiting) done();
      waiting = [];
    },
    within: (ms) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        clock.after(ms, resolve);
      }),
  };
};
