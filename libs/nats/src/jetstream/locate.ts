import { commitRevision } from './commit-revision.ts';
import { getMessage } from './jetstream-api.ts';
import type { JournalPlace } from './jetstream-journal.ts';

/**
 * Finds the sequence of a revision below the head by halving: both grow together, so some twenty looks find one commit
 * among a million. `undefined` when the journal does not hold it any more. The head must be known.
 */
export const locate = async (place: JournalPlace, revision: number): Promise<number | undefined> => {
  const { name, store, stream, subject, timeoutMs, index } = place;
  let low = 0;
  let high = index.sequenceOf(index.last()) ?? 0;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2) + 1;
    const query = { seq: middle, next_by_subj: subject };
    const message = await getMessage(store, stream, query, timeoutMs);
    const found = message === undefined ? Number.POSITIVE_INFINITY : commitRevision(name, message.data);
    if (message !== undefined) index.learn(found, message.sequence);
    if (message !== undefined && found === revision) return message.sequence;
    if (message !== undefined && found < revision) low = message.sequence;
    else high = middle - 1;
  }
  return undefined;
};
