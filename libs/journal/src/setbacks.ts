import type { Clock } from './clock.ts';

/** After this many setbacks in a row (a rival at work, a full disk) each further try waits a little. */
const CALM_SETBACKS = 3;
const SETBACK_PAUSE_MS = 50;

/** Commits in a row that were not acknowledged. */
export interface Setbacks {
  /** Settles when the next commit may be tried. */
  another(): Promise<void>;
  over(): void;
}

export const createSetbacks = (clock: Clock): Setbacks => {
  let inARow = 0;
  return {
    another: async () => {
      inARow += 1;
      if (inARow > CALM_SETBACKS) {
        await new Promise<void>((resolve) => clock.after(SETBACK_PAUSE_MS, resolve));
      }
    },
    over: () => {
      inARow = 0;
    },
  };
};
