import type { JournalName } from '@edict/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { anchoredJournals } from './anchored-journals.ts';
import { type Anchors, createMemoryAnchors } from './anchors.ts';
import { createHost } from './create-host.ts';
import { sha256Text } from './hash.ts';
import type { OpenJournal } from './journal.ts';
import { createMemoryJournals, type MemoryJournals } from './memory-journal.ts';
import { createStepClock, type StepClock, settled, tallyDecider } from './testing/index.ts';

const NAME: JournalName = 'verdicts.0';

let journals: MemoryJournals;
let anchors: Anchors;
let clock: StepClock;
let open: OpenJournal;
beforeEach(() => {
  journals = createMemoryJournals();
  anchors = createMemoryAnchors();
  clock = createStepClock();
  open = anchoredJournals(journals.open, { clock, places: [anchors] });
});

const hosted = async () => {
  const host = createHost({
    journal: await open(NAME),
    decider: tallyDecider,
    clock,
    incarnation: 'h',
    facts: () => ({ ok: true as const, facts: { extra: 0 } }),
  });
  return { host, loading: host.load() };
};
const loaded = async () => {
  const { host, loading } = await hosted();
  await loading;
  return host;
};
type TallyHost = Awaited<ReturnType<typeof loaded>>;
const add = (host: TallyHost, id: string): Promise<unknown> =>
  new Promise((resolve) =>
    host.submit({ command: { type: 'add', id, name: id, amount: 1 }, ws: 'w' }, resolve),
  );
const addAll = async (count: number): Promise<void> => {
  const host = await loaded();
  for (let i = 0; i < count; i++) await add(host, `c-${i}`);
  await host.drain();
};
/** What a broker does that finds a damaged block after a crash. */
const loseEnd = (from: number): void => {
  (journals.commits(NAME) as Uint8Array[]).splice(from - 1);
};

describe('a journal whose head is anchored', () => {
  it('is anchored within a second of moving, and not before: a burst costs one anchor', async () => {
    const host = await loaded();
    await add(host, 'c-1');
    await add(host, 'c-2');
    expect(await anchors.read(NAME)).toBeUndefined();
    await clock.step(1_000);
    expect(await anchors.read(NAME)).toEqual({
      journal: NAME,
      revision: 2,
      hash: sha256Text(journals.commits(NAME)[1] ?? ''),
    });
  });

  it('is anchored when it is closed', async () => {
    await addAll(3);
    expect(await anchors.read(NAME)).toMatchObject({ revision: 3 });
  });

  it('is anchored where it was found, when its owner died before it could', async () => {
    const host = await loaded();
    await add(host, 'c-1');
    await (await loaded()).drain();
    expect(await anchors.read(NAME)).toMatchObject({ revision: 1 });
  });

  it('loads when it has grown since it was anchored', async () => {
    await addAll(3);
    await anchors.write({ journal: NAME, revision: 3, hash: sha256Text(journals.commits(NAME)[2] ?? '') });
    const late = await loaded();
    await add(late, 'c-9');
    expect((await loaded()).status()).toMatchObject({ status: 'ready', revision: 4 });
  });

  it('is refused when it ends below its anchor, naming the first missing commit, and decides nothing', async () => {
    await addAll(5);
    loseEnd(4);
    const { host, loading } = await hosted();
    await expect(loading).rejects.toMatchObject({
      code: 'JOURNAL_TRUNCATED',
      message: expect.stringMatching(
        /revision 5.*ends at 3.*verdicts\.0\/4 is the first commit that is missing/,
      ),
    });
    expect(await add(host, 'c-9')).toMatchObject({ rejection: { code: 'JOURNAL_TRUNCATED' } });
    expect(host.status()).toMatchObject({
      status: 'broken',
      problem: expect.stringContaining('verdicts.0/4'),
    });
    expect(journals.commits(NAME)).toHaveLength(3);
  });

  it('is refused when nothing of it is left', async () => {
    await addAll(2);
    loseEnd(1);
    await expect((await hosted()).loading).rejects.toThrow(
      /verdicts\.0\/1 is the first commit that is missing/,
    );
  });

  it('is refused when its lost end was written again by somebody who did not know', async () => {
    await addAll(3);
    loseEnd(3);
    const unaware = createHost({
      journal: await journals.open(NAME),
      decider: tallyDecider,
      clock,
      incarnation: 'unaware',
      facts: () => ({ ok: true as const, facts: { extra: 0 } }),
    });
    await unaware.load();
    await add(unaware, 'other');
    await expect((await hosted()).loading).rejects.toMatchObject({
      code: 'JOURNAL_TRUNCATED',
      message: expect.stringContaining('verdicts.0/3 is not the commit that was anchored'),
    });
  });

  it('goes on while anchors cannot be written, and writes them later', async () => {
    let broken = true;
    const faults: unknown[] = [];
    const flaky: Anchors = {
      ...anchors,
      write: async (anchor) => {
        if (broken) throw new Error('no disk');
        await anchors.write(anchor);
      },
    };
    open = anchoredJournals(journals.open, {
      clock,
      places: [flaky],
      onFault: (error) => faults.push(error),
    });
    const host = await loaded();
    expect(await add(host, 'c-1')).toMatchObject({ ok: true });
    await clock.step(1_000);
    expect(faults).toHaveLength(1);
    broken = false;
    await clock.step(1_000);
    expect(await anchors.read(NAME)).toMatchObject({ revision: 1 });
  });

  it('is left alone once it is closed, also when that could not be written down', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    let writes = 0;
    const failing: Anchors = {
      ...anchors,
      write: async () => {
        writes += 1;
        await until;
        throw new Error('no disk');
      },
    };
    open = anchoredJournals(journals.open, { clock, places: [failing] });
    const host = await loaded();
    await add(host, 'c-1');
    await clock.step(1_000);
    const closed = host.drain();
    await settled();
    goOn();
    await closed;
    expect(writes).toBe(2);
    await clock.step(10_000);
    expect(writes).toBe(2);
  });

  it('believes each place: one that was lost does not hide what another one knows', async () => {
    await addAll(3);
    loseEnd(2);
    open = anchoredJournals(journals.open, { clock, places: [createMemoryAnchors(), anchors] });
    await expect((await hosted()).loading).rejects.toMatchObject({ code: 'JOURNAL_TRUNCATED' });
  });

  it('is held against its anchor also by whoever begins to read above it', async () => {
    await addAll(4);
    await anchors.write({ journal: NAME, revision: 4, hash: 'sha256:other' });
    const beginning = await (await open(NAME)).read(4);
    await expect(
      (async () => {
        for await (const _ of beginning);
      })(),
    ).rejects.toMatchObject({ code: 'JOURNAL_TRUNCATED' });
  });
});
