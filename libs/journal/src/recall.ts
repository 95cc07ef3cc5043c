import { type Entry, Fault, type JournalEvent } from '@edict/contracts';
import { eventStarts, parseCommit } from './commit-text.ts';
import type { Recorded } from './decider.ts';
import type { IdPlace } from './id-generation.ts';
import { type Journal, purgedBelow } from './journal.ts';
import { entryHolding, type RecentEntries } from './recent-entries.ts';

/**
 * Reads what was recorded at a place: from the latest entries, else from the journal itself. Throws `JOURNAL_PURGED`
 * when retention has taken it away.
 */
export const recall = async <C, E extends JournalEvent>(
  journal: Journal,
  recent: RecentEntries,
  { revision, index }: IdPlace,
): Promise<Recorded<C, E>> => {
  const kept = recent.find(revision, index);
  if (kept !== undefined) return recordedIn(JSON.parse(kept.text), kept.start, { journal, revision, index });
  const stored = await journal.get(revision);
  if (stored === undefined) {
    const first = (await journal.first?.()) ?? 1;
    if (revision < first) throw purgedBelow(journal.name, revision, first);
    throw new Fault('JOURNAL_BROKEN', `${journal.name}/${revision} cannot be read any more`);
  }
  const commit = parseCommit(journal.name, stored.bytes);
  const starts = eventStarts(commit);
  const at = entryHolding(starts, index);
  return recordedIn(commit.entries[at] as Entry<C, E>, starts[at] ?? 0, { journal, revision, index });
};

const recordedIn = <C, E extends JournalEvent>(
  entry: Entry<C, E>,
  start: number,
  { journal, revision, index }: IdPlace & { journal: Journal },
): Recorded<C, E> => {
  const event = entry.events[index - start];
  if (event === undefined)
    throw new Fault('JOURNAL_BROKEN', `${journal.name}/${revision} has no event ${index}`);
  return {
    entry,
    event,
    dataText: JSON.stringify(event.data),
    receipt: { journal: journal.name, revision, index },
  };
};
