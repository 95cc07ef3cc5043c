import type { UndoLog } from '../../state/undo-log.ts';

/** A list that only grows, and whose growth an {@link UndoLog} can take back. */
export interface GrowingList<T> {
  readonly items: readonly T[];
  push(item: T): void;
}

export const createGrowingList = <T>(log: UndoLog): GrowingList<T> => {
  const items: T[] = [];
  return {
    items,
    push(item) {
      items.push(item);
      if (log.active) log.note(() => items.pop());
    },
  };
};
