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

    it('throws when it is used after it was closed', async () => {
      const name = fresh();
      const journal = await fixture.open(name);
      await journal.close();
      await expect(journal.append(0, bytesOf(name, 1))).rejects.toBeInstanceOf(Fault);
    });
  });
};
