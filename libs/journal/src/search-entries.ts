import { type Entry, Fault } from '@edict/contracts';
import { parseCommit } from './commit-text.ts';
import type { Journal } from './journal.ts';

/** Where a search may begin: after a revision, or at the first commit with an entry of this time or later. */
export type SearchStart = { readonly after: number } | { readonly since: number };

/**
 * Shows each entry to `onEntry`, up to the leader's head at the time of the call, and gives the revision of that head.
 * Fault `JOURNAL_PURGED` when commits of the time searched are not kept any more: then nobody can tell.
 */
export const searchEntries = async (
  journal: Journal,
  start: SearchStart,
  onEntry: (entry: Entry) => void,
): Promise<number> => {
  let last = 'after' in start ? start.after : await lastBefore(journal, start.since);
  for await (const { revision, bytes } of journal.read(last)) {
    for (const entry of parseCommit(journal.name, bytes).entries) onEntry(entry);
    last = revision;
  }
  return last;
};

/** The last revision all of whose entries are older than a time: times never go back, so halving finds it. */
const lastBefore = async (journal: Journal, since: number): Promise<number> => {
  let [older, newer] = [0, (await journal.head()) + 1];
  let purged = false;
  while (newer - older > 1) {
    const middle = Math.floor((older + newer) / 2);
    const time = await lastTime(journal, middle);
    if (time !== undefined && time >= since) newer = middle;
    else older = middle;
    purged = older === middle ? time === undefined : purged;
  }
  if (!purged) return older;
  throw new Fault(
    'JOURNAL_PURGED',
    `${journal.name} is kept from revision ${newer} on, and that is later than ${new Date(since).toISOString()}`,
  );
};

/** The time of a commit's last entry; `undefined` when it is not kept any more. */
const lastTime = async (journal: Journal, revision: number): Promise<number | undefined> => {
  const stored = await journal.get(revision);
  return stored === undefined ? undefined : (parseCommit(journal.name, stored.bytes).entries.at(-1)?.at ?? 0);
};
