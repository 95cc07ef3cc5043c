import { commitRevision } from './commit-revision.ts';
import { getMessage, type StoredMessage } from './jetstream-api.ts';
import type { JournalPlace } from './jetstream-journal.ts';

/**
 * The leader's head revision, as nobody can have gone past it before this was asked. Fault `UNAVAILABLE` when nobody can
 * tell, or when it lies before what is known here; `JOURNAL_BROKEN` when it stays there.
 */
export const certainHead = async (place: JournalPlace): Promise<number> => {
  const { name, shortEnds, leadsAlone } = place;
  let last: StoredMessage | undefined;
  try {
    // Asked at the same time; what is said counts only when whoever says it leads.
    [last] = await Promise.all([lastMessage(place), leadsAlone()]);
  } catch (error) {
    shortEnds.forget(name);
    throw error;
  }
  return headIn(place, last);
};

const lastMessage = ({
  store,
  stream,
  subject,
  timeoutMs,
}: JournalPlace): Promise<StoredMessage | undefined> =>
  getMessage(store, stream, { last_by_subj: subject }, timeoutMs);

/** The revision of the last message; it is looked into only when it is not the one known here. */
const headIn = ({ name, index, shortEnds }: JournalPlace, last: StoredMessage | undefined): number => {
  const known = index.last();
  const { sequence = 0 } = last ?? {};
  const knownSequence = index.sequenceOf(known) ?? 0;
  if (sequence < knownSequence) throw shortEnds.fault(name, known);
  let revision = known;
  if (last !== undefined && sequence !== knownSequence) {
    revision = commitRevision(name, last.data);
    index.learn(revision, sequence);
  }
  shortEnds.reaches(name, revision);
  return revision;
};
