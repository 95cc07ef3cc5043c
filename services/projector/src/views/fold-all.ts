import type { Commit, JournalEvent, Receipt } from '@edict/contracts';
import type { SpeculativeState } from '@edict/journal';
import type { Row } from './rows.ts';

/** Where an event stands. */
export interface FoldPlace {
  readonly ws: string;
  readonly at: number;
  readonly revision: number;
  readonly index: number;
  readonly receipt: Receipt;
}

/** Folds every event of a commit; when one cannot be folded, the state stays as it was before the commit. */
export const foldAll = (
  { journal, revision, entries }: Commit,
  state: SpeculativeState,
  fold: (event: JournalEvent, place: FoldPlace) => Row | undefined,
): Row[] => {
  const rows: Row[] = [];
  let index = 0;
  state.mark();
  try {
    for (const { ws, at, events } of entries) {
      for (const event of events) {
        const row = fold(event, { ws, at, revision, index, receipt: { journal, revision, index } });
        if (row !== undefined) rows.push(row);
        index += 1;
      }
    }
  } catch (error) {
    state.rollback();
    throw error;
  }
  state.release();
  return rows;
};
