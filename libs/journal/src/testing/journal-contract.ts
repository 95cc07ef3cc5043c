import { Fault, type JournalName } from '@edict/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journal, StoredCommit } from '../journal.ts';

/** What a journal's tests need: fresh names, and any number of instances on one journal. */
export interface JournalFixture {
  /** Opens another instance on a journal. */
  open(name: JournalName): Promise<Journal>;
  close(): Promise<void>;
}

const bytesOf = (journal: JournalName, revision: number, body = 'x'): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, journal, revision, previous: '', semantics: 1, entries: [], body }));

const readAll = async (journal: Journal, after = 0): Promise<StoredCommit[]> => {
  const commits: StoredCommit[] = [];
  for await (const commit of journal.read(after)) commits.push(commit);
  return commits;
};

/** The one conformance suite: every journal passes it. */
export const describeJournal = (title: string, make: () => Promise<JournalFixture>): void => {
  describe(`${title} keeps the journal contract`, () => {
    let fixture: JournalFixture;
    let count = 0;
    const fresh = (): JournalName => `verdicts.${1_000 + count++}`;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(() => fixture.close());

    it('is empty at first: head 0, nothing to read', async () => {
      const journal = await fixture.open(fresh());
      expect(await journal.head()).toBe(0);
      expect(await readAll(journal)).toEqual([]);
      expect(await journal.get(1)).toBeUndefined();
      await journal.close();
    });

    it('numbers commits 1, 2, 3 … and gives back their bytes exactly', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      for (let revision = 1; revision <= 3; revision++) {
        expect(await journal.append(revision - 1, bytesOf(name, revision, `é${revision}`))).toBe('appended');
      }
      expect(await journal.head()).toBe(3);
      const commits = await readAll(journal);
      expect(commits.map(({ revision }) => revision)).toEqual([1, 2, 3]);
      for (const { revision, bytes } of commits) {
        expect(Buffer.from(bytes)).toEqual(Buffer.from(bytesOf(name, revision, `é${revision}`)));
      }
      await journal.close();
    });

    it('reads from after a revision, and one by its number', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      for (let revision = 1; revision <= 5; revision++)
        await journal.append(revision - 1, bytesOf(name, revision));
      expect((await readAll(journal, 3)).map(({ revision }) => revision)).toEqual([4, 5]);
      expect(await readAll(journal, 5)).toEqual([]);
      expect(Buffer.from((await journal.get(2))?.bytes ?? [])).toEqual(Buffer.from(bytesOf(name, 2)));
      expect(await journal.get(6)).toBeUndefined();
      await journal.close();
    });

    it('refuses an append behind the head, and stores nothing of it', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      await journal.append(0, bytesOf(name, 1, 'first'));
      const rival = await fixture.open(name);
      for await (const _ of rival.read(0));
      expect(await rival.append(1, bytesOf(name, 2, 'rival'))).toBe('appended');
      expect(await journal.append(1, bytesOf(name, 2, 'late'))).toBe('conflict');
      expect(await journal.head()).toBe(2);
      const [, second] = await readAll(journal);
      expect(Buffer.from(second?.bytes ?? []).toString()).toContain('rival');
      await Promise.all([journal.close(), rival.close()]);
    });

    it('goes on after a conflict once it has read what it missed', async () => {
      const name = fresh();
      const [journal, rival] = await Promise.all([fixture.open(name), fixture.open(name)]);
      await rival.append(0, bytesOf(name, 1));
      expect(await journal.append(0, bytesOf(name, 1))).toBe('conflict');
      expect((await readAll(journal)).length).toBe(1);
      expect(await journal.append(1, bytesOf(name, 2))).toBe('appended');
      await Promise.all([journal.close(), rival.close()]);
    });

    it('lets exactly one of many rivals win each revision', async () => {
      const name = fresh();
      const rivals = await Promise.all(Array.from({ length: 6 }, () => fixture.open(name)));
      for (let head = 0; head < 5; head++) {
        for (const rival of rivals) await readAll(rival);
        const results = await Promise.all(
          rivals.map((rival, i) => rival.append(head, bytesOf(name, head + 1, `${i}`))),
        );
        expect(results.filter((result) => result === 'appended')).toHaveLength(1);
      }
      expect(await rivals[0]?.head()).toBe(5);
      await Promise.all(rivals.map((rival) => rival.close()));
    });

    it('keeps journals apart', async () => {
      const [a, b] = [fresh(), fresh()];
      const [first, second] = await Promise.all([fixture.open(a), fixture.open(b)]);
      await first.append(0, bytesOf(a, 1));
      expect(await second.head()).toBe(0);
      expect(await second.append(0, bytesOf(b, 1))).toBe('appended');
      await Promise.all([first.close(), second.close()]);
    });

    it('takes workspaces of any script, with dots, stars and spaces, apart from each other', async () => {
      const names: JournalName[] = ['policies.a.b *>', 'policies.a=2Eb', 'policies.日本', 'policies.a.b'];
      const journals = await Promise.all(names.map((name) => fixture.open(name)));
      for (const [i, journal] of journals.entries()) {
        const name = names[i] ?? 'policies.x';
        expect(await journal.head()).toBe(0);
        expect(await journal.append(0, bytesOf(name, 1, name))).toBe('appended');
      }
      for (const [i, journal] of journals.entries()) {
        expect(
          (await readAll(journal)).map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()).body),
        ).toEqual([names[i]]);
        await journal.close();
      }
    });

    it('takes a commit of 900 KiB', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      const bytes = bytesOf(name, 1, 'z'.repeat(900 * 1024));
      expect(await journal.append(0, bytes)).toBe('appended');
      expect((await journal.get(1))?.bytes.byteLength).toBe(bytes.byteLength);
      await journal.close();
    });

    const filled = async (name: JournalName, commits: number): Promise<Journal> => {
      const journal = await fixture.open(name);
      for (let head = 0; head < commits; head++) await journal.append(head, bytesOf(name, head + 1));
      return journal;
    };
    const purge = async (journal: Journal, below: number): Promise<void> => {
      if (journal.purge === undefined) throw new Error('it cannot be purged');
      await journal.purge(below);
    };
    const revisionsOf = async (journal: Journal, after: number): Promise<number[]> =>
      (await readAll(journal, after)).map(({ revision }) => revision);

    it('keeps everything until it is purged, and then what lies from there on', async () => {
      const name = fresh();
      const journal = await filled(name, 6);
      expect(await journal.first?.()).toBe(1);
      await purge(journal, 4);
      for (const reader of [journal, await fixture.open(name)]) {
        expect(await reader.first?.()).toBe(4);
        expect(await reader.get(3)).toBeUndefined();
        expect((await reader.get(4))?.revision).toBe(4);
        expect(await revisionsOf(reader, 3)).toEqual([4, 5, 6]);
        expect(await revisionsOf(reader, 5)).toEqual([6]);
        expect(await reader.head()).toBe(6);
      }
      await journal.close();
    });

    it('says JOURNAL_PURGED to whoever reads from below, however it knows the journal', async () => {
      const name = fresh();
      const [journal, behind] = [await filled(name, 9), await fixture.open(name)];
      for await (const { revision } of behind.read(0)) if (revision === 2) break;
      await purge(journal, 5);
      for (const reader of [journal, behind, await fixture.open(name)]) {
        for (const after of [0, 2, 3]) {
          await expect(revisionsOf(reader, after)).rejects.toMatchObject({
            code: 'JOURNAL_PURGED',
            message: expect.stringContaining('from revision 5 on'),
          });
        }
      }
      await Promise.all([journal.close(), behind.close()]);
    });

    it('goes on with its numbers and its fence after a purge, also for an instance that knew nothing of it', async () => {
      const name = fresh();
      const [journal, rival] = [await filled(name, 4), await fixture.open(name)];
      expect(await rival.head()).toBe(4);
      await purge(journal, 4);
      expect(await rival.append(3, bytesOf(name, 4))).toBe('conflict');
      expect(await rival.append(4, bytesOf(name, 5))).toBe('appended');
      expect(await journal.append(4, bytesOf(name, 5))).toBe('conflict');
      expect(await revisionsOf(await fixture.open(name), 4)).toEqual([5]);
      await Promise.all([journal.close(), rival.close()]);
    });

    it('never purges the head, and takes nothing back when it is purged lower, twice or by two', async () => {
      const name = fresh();
      const [journal, rival] = [await filled(name, 5), await fixture.open(name)];
      await Promise.all([purge(journal, 3), purge(rival, 4), purge(journal, 4)]);
      await purge(rival, 2);
      expect(await journal.first?.()).toBe(4);
      await purge(rival, 1_000);
      expect([await rival.first?.(), await rival.head()]).toEqual([5, 5]);
      expect(await journal.append(5, bytesOf(name, 6))).toBe('appended');
      await Promise.all([journal.close(), rival.close()]);
    });

    it('purges nothing of its neighbours, and nothing where there is nothing', async () => {
      const [a, b] = [fresh(), fresh()];
      const [journal, neighbour] = [await filled(a, 3), await filled(b, 3)];
      await purge(journal, 3);
      expect(await revisionsOf(neighbour, 0)).toEqual([1, 2, 3]);
      const empty = await fixture.open(fresh());
      await purge(empty, 5);
      expect([await empty.first?.(), await empty.head()]).toEqual([1, 0]);
      await Promise.all([journal.close(), neighbour.close(), empty.close()]);
    });

    it('never purges a policy journal', async () => {
      const journal = await filled('policies.kept', 3);
      await expect(purge(journal, 2)).rejects.toMatchObject({ code: 'JOURNAL_KEPT' });
      expect(await revisionsOf(journal, 0)).toEqual([1, 2, 3]);
      await journal.close();
    });

    it('throws when it is used after it was closed', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      await journal.close();
      await expect(journal.append(0, bytesOf(name, 1))).rejects.toBeInstanceOf(Fault);
    });
  });
};
