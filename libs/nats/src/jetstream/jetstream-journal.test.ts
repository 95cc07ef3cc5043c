import type { JournalName } from '@edict/contracts';
import { describeJournal } from '@edict/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { cuttableLink, startTestNats, type TestNats } from '../testing/index.ts';
import { jetStreamJournals } from './jetstream-journal.ts';

describeJournal('the JetStream journal', async () => {
  const nats = await startTestNats({ own: true });
  const store = await connectStore({ url: nats.url, name: 'test' });
  await provision(store);
  return {
    open: jetStreamJournals(store),
    close: async () => {
      await store.close();
      await nats.stop();
    },
  };
});

const commit = (journal: JournalName, revision: number, body = ''): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, journal, revision, previous: '', semantics: 1, entries: [], body }));

const readAll = async (read: AsyncIterable<{ revision: number }>): Promise<number[]> => {
  const revisions: number[] = [];
  for await (const { revision } of read) revisions.push(revision);
  return revisions;
};

describe('a journal in JetStream', () => {
  let nats: TestNats;
  let store: StoreConnection;
  beforeAll(async () => {
    nats = await startTestNats({ own: true });
    store = await connectStore({ url: nats.url, name: 'test' });
    await provision(store);
  });
  afterAll(async () => {
    await store.close();
    await nats.stop();
  });

  it('reads thousands of commits in order while other journals lie between them', async () => {
    const open = jetStreamJournals(store);
    const [mine, other] = [await open('verdicts.0'), await open('verdicts.1')];
    for (let head = 0; head < 2_500; head++) {
      await Promise.all([
        mine.append(head, commit('verdicts.0', head + 1)),
        other.append(head, commit('verdicts.1', head + 1)),
      ]);
    }
    const fresh = await open('verdicts.0');
    expect(await readAll(fresh.read(0))).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
    expect(await readAll(fresh.read(2_490))).toEqual(Array.from({ length: 10 }, (_, i) => 2_491 + i));
    expect(await readAll((await open('verdicts.0')).read(1_000))).toHaveLength(1_500);
  });

  it('reads more than its window of large commits without losing one', async () => {
    const open = jetStreamJournals(store);
    const journal = await open('verdicts.2');
    for (let head = 0; head < 30; head++) {
      await journal.append(head, commit('verdicts.2', head + 1, 'x'.repeat(700_000)));
    }
    expect(await readAll((await open('verdicts.2')).read(0))).toHaveLength(30);
  });

  it('answers JOURNAL_BROKEN when a commit is missing in between', async () => {
    const open = jetStreamJournals(store);
    const journal = await open('verdicts.3');
    await journal.append(0, commit('verdicts.3', 1));
    await journal.append(1, commit('verdicts.3', 3));
    await expect(readAll((await open('verdicts.3')).read(0))).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
    });
  });

  it('answers JOURNAL_BROKEN for a message that is no commit', async () => {
    await store.requester.request('edict.v1.journal.verdicts.4', 'hello');
    const journal = await jetStreamJournals(store)('verdicts.4');
    await expect(journal.head()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN', retriable: false });
  });

  it('answers JOURNAL_BROKEN when the broker has lost commits that were acknowledged', async () => {
    let time = 0;
    const open = jetStreamJournals(store, { now: () => time });
    const journal = await open('sessions.0');
    await journal.append(0, commit('sessions.0', 1));
    await journal.append(1, commit('sessions.0', 2));
    await store.requester.request(
      '$JS.API.STREAM.PURGE.EDICT_SESSIONS',
      JSON.stringify({ filter: 'edict.v1.journal.sessions.0' }),
    );
    await expect(journal.head()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    time += 5_000;
    await expect(journal.head()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    expect(await journal.append(2, commit('sessions.0', 3))).toBe('conflict');
  });

  it('takes the fence from the leader when it has not read the head itself', async () => {
    const open = jetStreamJournals(store);
    await (await open('verdicts.5')).append(0, commit('verdicts.5', 1));
    const other = await open('verdicts.5');
    expect(await other.append(1, commit('verdicts.5', 2))).toBe('appended');
    expect(await other.append(1, commit('verdicts.5', 2))).toBe('conflict');
    expect(await (await open('verdicts.5')).append(7, commit('verdicts.5', 8))).toBe('conflict');
  });

  it('says JOURNAL_REFUSED for a commit larger than the broker takes, and stores nothing', async () => {
    const journal = await jetStreamJournals(store)('verdicts.6');
    const large = commit('verdicts.6', 1, 'x'.repeat(store.nc.info?.max_payload ?? 0));
    await expect(journal.append(0, large)).rejects.toMatchObject({
      code: 'JOURNAL_REFUSED',
      retriable: false,
    });
    expect(await journal.head()).toBe(0);
  });

  it('says JOURNAL_UNCERTAIN when the acknowledgement is lost, and finds the commit afterwards', async () => {
    const link = await cuttableLink(nats.url);
    const cut = await connectStore({ url: link.url, name: 'cut' });
    const journal = await jetStreamJournals(cut)('verdicts.7');
    expect(await journal.append(0, commit('verdicts.7', 1))).toBe('appended');
    link.cutAfterSending('secret-two');
    await expect(journal.append(1, commit('verdicts.7', 2, 'secret-two'))).rejects.toMatchObject({
      code: 'JOURNAL_UNCERTAIN',
      retriable: true,
    });
    await expect(journal.append(1, commit('verdicts.7', 2))).rejects.toMatchObject({
      code: 'JOURNAL_UNCERTAIN',
    });
    await expect(journal.head()).rejects.toMatchObject({ retriable: true });
    const back = new Promise((resolve) => cut.onChange(resolve));
    link.mend();
    await back;
    expect(await readAll(journal.read(1))).toEqual([2]);
    expect(await journal.append(2, commit('verdicts.7', 3))).toBe('appended');
    await cut.close();
    await link.close();
  });
});

describe('a server that is killed', () => {
  it('loses no acknowledged commit, and the journal goes on when it is back on its port', async () => {
    const first = await startTestNats({ own: true });
    const store = await connectStore({ url: first.url, name: 'test' });
    await provision(store);
    const journal = await jetStreamJournals(store)('verdicts.0');
    for (let head = 0; head < 50; head++) await journal.append(head, commit('verdicts.0', head + 1));
    const lost = new Promise((resolve) => store.onChange(resolve));
    await first.kill();
    expect(await lost).toBe(false);
    await expect(journal.append(50, commit('verdicts.0', 51))).rejects.toMatchObject({
      code: 'JOURNAL_UNCERTAIN',
    });
    const back = new Promise((resolve) => store.onChange(resolve));
    const { storeDir, port } = { storeDir: first.storeDir ?? '', port: first.server?.port ?? 0 };
    const second = await startTestNats({ own: true, storeDir, port });
    expect(await back).toBe(true);
    expect(await journal.head()).toBe(50);
    expect(await journal.append(50, commit('verdicts.0', 51))).toBe('appended');
    expect(await readAll((await jetStreamJournals(store)('verdicts.0')).read(0))).toHaveLength(51);
    await store.close();
    await second.stop();
    await first.stop();
  });
});

describe('a commit in the middle of a journal', () => {
  let nats: TestNats;
  let store: StoreConnection;
  beforeAll(async () => {
    nats = await startTestNats({ own: true });
    store = await connectStore({ url: nats.url, name: 'test' });
    await provision(store);
    const open = jetStreamJournals(store);
    const [mine, other] = [await open('verdicts.0'), await open('verdicts.1')];
    for (let head = 0; head < 300; head++) {
      await mine.append(head, commit('verdicts.0', head + 1));
      if (head % 3 === 0) await other.append(head / 3, commit('verdicts.1', head / 3 + 1));
    }
  });
  afterAll(async () => {
    await store.close();
    await nats.stop();
  });

  it.each([1, 2, 150, 299, 300])(
    'is found by an instance that has read nothing: revision %s',
    async (revision) => {
      const found = await (await jetStreamJournals(store)('verdicts.0')).get(revision);
      expect(JSON.parse(Buffer.from(found?.bytes ?? []).toString()).revision).toBe(revision);
    },
  );

  it('is where a read may begin, without what lies before it', async () => {
    const fresh = await jetStreamJournals(store)('verdicts.0');
    expect(await readAll(fresh.read(290))).toEqual(Array.from({ length: 10 }, (_, i) => 291 + i));
  });

  it('is gone when it was purged, and what lies above it can still be read', async () => {
    const seq = 200;
    const filter = 'edict.v1.journal.verdicts.0';
    await store.requester.request('$JS.API.STREAM.PURGE.EDICT_VERDICTS', JSON.stringify({ filter, seq }));
    const fresh = await jetStreamJournals(store)('verdicts.0');
    expect(await fresh.get(10)).toBeUndefined();
    expect((await fresh.get(250))?.revision).toBe(250);
    expect(await readAll(fresh.read(240))).toHaveLength(60);
  });
});
