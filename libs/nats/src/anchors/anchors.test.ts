import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalName, STREAMS } from '@edict/contracts';
import { anchoredJournals, systemClock } from '@edict/journal';
import { describeAnchors } from '@edict/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { jetStreamJournals } from '../jetstream/jetstream-journal.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { openAnchorFile } from './anchor-file.ts';
import { streamAnchors } from './stream-anchors.ts';

let nats: TestNats;
let store: StoreConnection;
let folder: string;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'test' });
  await provision(store);
  folder = await mkdtemp(join(tmpdir(), 'edict-anchors-'));
});
afterAll(async () => {
  await store.close();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

describeAnchors('the anchor stream', async () => ({
  open: async () => streamAnchors(store),
  close: async () => {},
}));

describeAnchors('the anchor file', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'edict-anchors-')), 'anchors.json');
  // One process writes a file; another look at it is another start.
  return {
    open: async () => openAnchorFile(path).anchors,
    close: () => rm(join(path, '..'), { recursive: true }),
  };
});

describe('an anchor file', () => {
  it('remembers which deployment it is about', async () => {
    const path = join(folder, 'deployment.json');
    expect(openAnchorFile(path).deployment()).toBeUndefined();
    await openAnchorFile(path).belongTo('one');
    expect(openAnchorFile(path).deployment()).toBe('one');
  });

  it.each(['', '{"anchors":{"verdicts.0":{"revision":"1"}}}', '[]'])(
    'that holds %j is refused with its path and the way out',
    async (text) => {
      const path = join(folder, 'unreadable.json');
      await writeFile(path, text);
      expect(() => openAnchorFile(path)).toThrow(path);
      expect(() => openAnchorFile(path)).toThrow(/remove it to go on without/);
    },
  );

  it('holds what was written last when many writes come at once', async () => {
    const path = join(folder, 'many.json');
    const file = openAnchorFile(path);
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        file.anchors.write({ journal: 'verdicts.0', revision: i + 1, hash: 'sha256:0' }),
      ),
    );
    expect(JSON.parse(await readFile(path, 'utf8')).anchors['verdicts.0'].revision).toBe(50);
  });
});

describe('an anchored journal in JetStream', () => {
  const commit = (journal: JournalName, revision: number): Uint8Array =>
    Buffer.from(JSON.stringify({ v: 1, journal, revision, previous: '', semantics: 1, entries: [] }));
  const open = (): ReturnType<typeof anchoredJournals> =>
    anchoredJournals(jetStreamJournals(store), { clock: systemClock, places: [streamAnchors(store)] });
  const readAll = async (name: JournalName): Promise<number> => {
    let last = 0;
    for await (const { revision } of (await open()(name)).read(0)) last = revision;
    return last;
  };
  const write = async (name: JournalName, count: number): Promise<void> => {
    const journal = await open()(name);
    for (let head = 0; head < count; head++) await journal.append(head, commit(name, head + 1));
    await journal.close();
  };

  it('is read to its end while nothing is missing', async () => {
    await write('verdicts.40', 4);
    expect(await readAll('verdicts.40')).toBe(4);
  });

  it('is refused once the broker has lost its end, naming the first missing commit', async () => {
    await write('verdicts.41', 6);
    const { message } = (
      await store.requester.request(
        `$JS.API.STREAM.MSG.GET.${STREAMS.verdicts}`,
        JSON.stringify({ last_by_subj: 'edict.v1.journal.verdicts.41' }),
      )
    ).json<{ message: { seq: number } }>();
    for (const seq of [message.seq, message.seq - 1]) {
      await store.requester.request(`$JS.API.STREAM.MSG.DELETE.${STREAMS.verdicts}`, JSON.stringify({ seq }));
    }
    await expect(readAll('verdicts.41')).rejects.toMatchObject({
      code: 'JOURNAL_TRUNCATED',
      message: expect.stringContaining('verdicts.41/5 is the first commit that is missing'),
    });
  });
});
