import type { JournalName } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Journal } from './journal.ts';
import { createMemoryJournals } from './memory-journal.ts';
import { searchEntries } from './search-entries.ts';

const NAME: JournalName = 'verdicts.0';

const commit = (revision: number, at: number) =>
  Buffer.from(
    JSON.stringify({
      v: 1,
      journal: NAME,
      revision,
      previous: '',
      semantics: 1,
      entries: [{ id: `e${revision}`, at, ws: 'w', command: {}, events: [] }],
    }),
  );

/** A journal with a commit at each of these times. */
const journalOf = async (times: readonly number[]): Promise<Journal> => {
  const journal = await createMemoryJournals().open(NAME);
  for (const [i, at] of times.entries()) await journal.append(i, commit(i + 1, at));
  return journal;
};

const found = async (journal: Journal, start: Parameters<typeof searchEntries>[1]) => {
  const ids: string[] = [];
  const head = await searchEntries(journal, start, ({ id }) => ids.push(id));
  return { ids, head };
};

describe('a search of a journal', () => {
  it('shows every entry of a time or later, and tells how far it went', async () => {
    const times = fc.array(fc.nat(20), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(times, fc.nat(21), async (at, since) => {
        const expected = at.flatMap((time, i) => (time >= since ? [`e${i + 1}`] : []));
        expect(await found(await journalOf(at), { since })).toEqual({ ids: expected, head: at.length });
      }),
    );
  });

  it('goes on after the revision that an earlier one reached', async () => {
    expect(await found(await journalOf([1, 2, 3]), { after: 2 })).toEqual({ ids: ['e3'], head: 3 });
  });

  it('does not answer when commits of that time are gone', async () => {
    const whole = await journalOf([10, 20, 30, 40]);
    const purged: Journal = {
      ...whole,
      get: async (revision) => (revision <= 2 ? undefined : whole.get(revision)),
    };
    await expect(found(purged, { since: 15 })).rejects.toMatchObject({ code: 'JOURNAL_PURGED' });
    expect(await found(purged, { since: 35 })).toEqual({ ids: ['e4'], head: 4 });
  });
});
