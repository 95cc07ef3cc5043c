import { Fault } from '@edict/contracts';
import { commitRevision } from './commit-revision.ts';
import { getMessage } from './jetstream-api.ts';
import type { JournalPlace } from './jetstream-journal.ts';

/** The head revision, as nobody can have gone past it before this was asked; fault `UNAVAILABLE` when nobody can tell. */
export const certainHead = async (place: JournalPlace): Promise<number> => {
  const [head] = await Promise.all([leaderHead(place), place.leadsAlone()]);
  return head;
};

/** The leader's head revision; the commit is looked into only when it is not the one known here. */
export const leaderHead = async (place: JournalPlace): Promise<number> => {
  const { name, store, stream, subject, timeoutMs, index } = place;
  const message = await getMessage(store, stream, { last_by_subj: subject }, timeoutMs);
  const known = index.last();
  const knownSequence = index.sequenceOf(known) ?? 0;
  if (message !== undefined && message.sequence === knownSequence) return known;
  if (message === undefined ? known > 0 : message.sequence < knownSequence) {
    throw new Fault(
      'JOURNAL_BROKEN',
      `${name} ended at revision ${known}, but the broker's copy ends before it: its store has lost commits`,
    );
  }
  if (message === undefined) return 0;
  const revision = commitRevision(name, message.data);
  index.learn(revision, message.sequence);
  return revision;
};
