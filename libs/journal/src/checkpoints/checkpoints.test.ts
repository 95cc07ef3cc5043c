import type { JournalName } from '@edict/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHost } from '../create-host.ts';
import type { Answer } from '../host-options.ts';
import { createMemoryJournals, type MemoryJournals } from '../memory-journal.ts';
import {
  createFaultyJournal,
  createStepClock,
  describeSnapshots,
  type StepClock,
  type TallyCommand,
  type TallyEvent,
  tallyDecider,
} from '../testing/index.ts';
import { createMemorySnapshots, type Snapshots } from './snapshots.ts';

describeSnapshots('the memory', async () => {
  const snapshots = createMemorySnapshots();
  return { open: async () => snapshots, close: async () => {} };
});

const NAME: JournalName = 'verdicts.0';

let journals: MemoryJournals;
let snapshots: Snapshots;
let clock: StepClock;
let reads: number[];
let problems: string[];
beforeEach(() => {
  journals = createMemoryJournals();
  snapshots = createMemorySnapshots();
  clock = createStepClock();
  reads = [];
  problems = [];
});

let incarnations = 0;
const makeHost = async ({ commits = 3, entries }: { commits?: number; entries?: number } = {}) => {
  const plain = await journals.open(NAME);
  const journal = createFaultyJournal({
    ...plain,
    read: (after) => {
      reads.push(after);
      return plain.read(after);
    },
  });
  const host = createHost({
    journal,
    decider: tallyDecider,
    clock,
    incarnation: `i${++incarnations}`,
    facts: () => ({ ok: true as const, facts: { extra: 0 } }),
    checkpoints: {
      snapshots,
      commits,
      ...(entries !== undefined && { entries }),
      onProblem: (_, problem) => problems.push(problem),
    },
  });
  return { host, journal };
};
type TallyHost = Awaited<ReturnType<typeof makeHost>>['host'];
const owner = async (commits?: number, entries?: number) => {
  const made = await makeHost({
    ...(commits !== undefined && { commits }),
    ...(entries !== undefined && { entries }),
  });
  await made.host.load();
  made.host.setActive(true);
  return made;
};
const send = (host: TallyHost, command: TallyCommand): Promise<Answer<TallyEvent>> =>
  new Promise((resolve) => host.submit({ command, ws: 'w' }, resolve));
const add = (name: string, id: string, until?: number): TallyCommand =>
  until === undefined ? { type: 'add', name, amount: 1, id } : { type: 'add', name, amount: 1, id, until };
const checkpointed = async (host: TallyHost, from = 0): Promise<void> => {
  for (let i = 0; i < 3; i++) await send(host, add(`n${from + i}`, `c${from + i}`));
  // Frames are written a turn at a time.
  for (let turn = 0; turn < 20; turn++) await clock.step(turn === 0 ? 1_000 : 0);
};
/** How many snapshots are sealed once these commands, decided together, and what they set going are through. */
const sealedAfter = async (host: TallyHost, ...ids: readonly string[]): Promise<number> => {
  await Promise.all(ids.map((id) => send(host, add(id, id))));
  for (let turn = 0; turn < 20; turn++) await clock.step(turn === 0 ? 1_000 : 0);
  return (await snapshots.sealed(NAME)).length;
};
const entriesOf = (revision: number) =>
  JSON.parse(Buffer.from(journals.commits(NAME)[revision - 1] ?? []).toString()).entries;
const totals = (host: TallyHost) => host.peek((state) => Object.fromEntries(state.totals));

describe('checkpoints', () => {
  it('names the snapshot of the state with its hash in a commit of its own, once enough was committed', async () => {
    const { host } = await owner();
    await send(host, add('a', 'first'));
    await clock.step(1_000);
    expect(await snapshots.sealed(NAME)).toEqual([]);
    await checkpointed(host);
    const [sealed] = await snapshots.sealed(NAME);
    expect(entriesOf(sealed?.checkpoint ?? 0)).toMatchObject([
      { command: { kind: 'checkpoint', snapshot: sealed?.id, revision: 4 }, events: [] },
    ]);
    expect(problems).toEqual([]);
  });

  it('takes one after so many commands, however few commits they are', async () => {
    const { host } = await owner(1_000, 4);
    expect(await sealedAfter(host, 'a', 'b', 'c')).toBe(0);
    expect(await sealedAfter(host, 'd')).toBe(1);
    expect(host.status().revision).toBeLessThan(4);
  });

  it('takes the next one after more commands where a snapshot takes long, 1,000 for each millisecond', async () => {
    let looks = 0;
    const { monotonic } = clock;
    const slowly = (): number => {
      looks += 1;
      return monotonic() + looks * 0.002;
    };
    // Two microseconds for each of the snapshot's four frames.
    clock = Object.assign(clock, { monotonic: slowly });
    const { host } = await owner(1_000, 4);
    expect(await sealedAfter(host, 'a', 'b', 'c', 'd')).toBe(1);
    expect(await sealedAfter(host, 'e', 'f', 'g', 'h')).toBe(1);
    expect(await sealedAfter(host, ...'ijklmnop')).toBe(2);
  });

  it('lets a new owner begin there: what lies below is not read, and everything is as it was', async () => {
    const first = await owner();
    const soon = clock.now() + 90_000;
    await send(first.host, add('held', 'open', soon));
    await checkpointed(first.host);
    await send(first.host, add('after', 'later'));
    reads = [];
    const second = await owner();
    expect(reads).toEqual([4]);
    expect(totals(second.host)).toEqual(totals(first.host));
    expect(second.host.status()).toMatchObject({
      revision: first.host.status().revision,
      hash: first.host.status().hash,
      remembered: first.host.status().remembered,
    });
    const [again, before] = [
      await send(second.host, add('n0', 'c0')),
      await send(first.host, add('n0', 'c0')),
    ];
    expect(again).toEqual(before);
    expect(again).toMatchObject({ ok: true, repeated: true });
    await clock.step(100_000);
    expect(totals(second.host)['held']).toBe(0);
  });

  it('tells the state as it was captured, though the owner goes on deciding while it is written', async () => {
    const { host } = await owner();
    let appended = 0;
    const { append } = snapshots;
    snapshots = Object.assign(snapshots, {
      append: async (...frame: Parameters<Snapshots['append']>) => {
        appended += 1;
        await send(host, add('meanwhile', `m${appended}`));
        await append(...frame);
      },
    });
    await checkpointed(host);
    const second = await owner();
    expect(totals(second.host)).toEqual(totals(host));
    expect(totals(host)['meanwhile']).toBe(appended);
  });

  it('falls back to the checkpoint before one whose snapshot was changed, and says so', async () => {
    const { host } = await owner();
    await checkpointed(host);
    await checkpointed(host, 3);
    const [newest, older] = await snapshots.sealed(NAME);
    await snapshots.append(NAME, newest?.id ?? '', Buffer.from('more'));
    reads = [];
    const second = await owner();
    expect(problems).toEqual([expect.stringMatching(new RegExp(`${newest?.id}.*hash`))]);
    expect(reads).toEqual([Number(older?.id.split('-')[0])]);
    expect(totals(second.host)).toEqual(totals(host));
  });

  it('falls back to the first commit when no snapshot is left', async () => {
    const { host } = await owner();
    await checkpointed(host);
    await snapshots.keepOnly(NAME, []);
    reads = [];
    expect(totals((await owner()).host)).toEqual(totals(host));
    expect(reads).toEqual([0]);
  });

  it('believes no snapshot that no commit names', async () => {
    const { host } = await owner(1_000);
    await send(host, add('a', 'first'));
    await snapshots.append(NAME, 'forged', Buffer.from('x'));
    await snapshots.seal(NAME, { id: 'forged', checkpoint: 1 });
    expect(totals((await owner()).host)).toEqual({ a: 1 });
    expect(problems).toEqual([expect.stringContaining('no commit of the journal names it at revision 1')]);
  });

  it('keeps the newest two', async () => {
    const { host } = await owner();
    for (const from of [0, 3, 6, 9]) await checkpointed(host, from);
    expect(await snapshots.sealed(NAME)).toHaveLength(2);
  });

  it('goes on when a snapshot cannot be written, and tries again after a minute', async () => {
    const { host } = await owner();
    const { append } = snapshots;
    snapshots = Object.assign(snapshots, { append: () => Promise.reject(new Error('no disk')) });
    await checkpointed(host);
    expect(problems).toEqual([expect.stringContaining('no disk')]);
    snapshots = Object.assign(snapshots, { append });
    await clock.step(58_000);
    expect(await snapshots.sealed(NAME)).toEqual([]);
    for (let turn = 0; turn < 20; turn++) await clock.step(turn === 0 ? 2_000 : 0);
    expect(await snapshots.sealed(NAME)).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });

  it('survives a lost acknowledgement of the checkpoint itself', async () => {
    const { host, journal } = await owner();
    for (let i = 0; i < 3; i++) await send(host, add(`n${i}`, `c${i}`));
    journal.appends.push({ kind: 'loses-ack' });
    for (let turn = 0; turn < 40; turn++) await clock.step(turn === 0 ? 1_000 : 50);
    expect(await snapshots.sealed(NAME)).toHaveLength(1);
    expect(await send(host, add('b', 'after'))).toMatchObject({ ok: true });
    expect(totals((await owner()).host)).toEqual(totals(host));
  });

  it('takes a last one at an orderly end when it is worth one', async () => {
    const { host } = await owner(20);
    await send(host, add('a', 'first'));
    const ending = host.drain();
    for (let turn = 0; turn < 20; turn++) await clock.step(0);
    await ending;
    expect(await snapshots.sealed(NAME)).toHaveLength(1);
  });
});
