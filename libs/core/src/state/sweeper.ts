import type { UndoMap } from './undo-map.ts';

/** Forgets what is over, a few entries at a time. */
export interface Sweeper {
  /** To be told of each entry that is set: so much more is looked at. */
  owe(): void;
  /** Whether anything is owed. */
  owes(): boolean;
  /** Looks at what is owed; not during a try-out. What matters must not depend on how far this has come. */
  work(now: number): void;
}

/** Two looks for each entry set keep a map at about twice what matters, at no cost in memory. */
const LOOKS_PER_ENTRY = 2;

/** A sweeper that walks round a map for ever, instead of noting for each entry when it is over. */
export const createSweeper = <V>(
  map: UndoMap<string, V>,
  isOver: (value: V, now: number) => boolean,
): Sweeper => {
  let walk = map.entries();
  let owed = 0;
  return {
    owe: () => {
      owed += LOOKS_PER_ENTRY;
    },
    owes: () => owed > 0,
    work: (now) => {
      // Once round is enough, however much is owed.
      for (let looks = Math.min(owed, map.size); looks > 0; looks--) {
        const { done, value } = walk.next();
        if (done === true) walk = map.entries();
        else if (isOver(value[1], now)) map.delete(value[0]);
      }
      owed = 0;
    },
  };
};
