import type { JournalName } from '@edict/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHost } from '../create-host.ts';
import type { Answer } from '../host-options.ts';
import { createMemoryJournals, type MemoryJournals } from '../memory-journal.ts';
import {
  createStepClock,
  type StepClock,
  type TallyCommand,
  type TallyEvent,
  tallyDecider,
} from '../testing/index.ts';
import { createMemorySnapshots, type Snapshots } from './snapshots.ts';

const NAME: JournalName = 'verdicts.0';
const HOUR_MS = 3_600_000;

let journals: MemoryJournals;
let snapshots: Snapshots;
let clock: StepClock;
let problems: string[];
let leftBehind: number;
beforeEach(() => {
  journals = createMemoryJournals();
  snapshots = createMemorySnapshots();
  clock = createStepClock();
  problems = [];
  leftBehind = 0;
});

let incarnations = 0;
const open = async (keepMs?: number) => {
  const host = createHost({
    journal: await journals.open(NAME),
    decider: tallyDecider,
    clock,
    incarnation: `i${++incarnations}`,
    facts: () => ({ ok: true as const, facts: { extra: 0 } }),
    onLeftBehind: () => {
      leftBehind += 1;
    },
    checkpoints: {
      snapshots,
      commits: 3,
      ...(keepMs !== undefined && { keepMs }),
      onProblem: (_, problem) => problems.push(problem),
    },
  });
  await host.load();
  return host;
};
type TallyHost = Awaited<ReturnType<typeof open>>;
const owner = async (keepMs?: number): Promise<TallyHost> => {
  const host = await open(keepMs);
  host.setActive(true);
  return host;
};

const send = (host: TallyHost, command: TallyCommand): Promise<Answer<TallyEvent>> =>
  new Promise((resolve) => host.submit({ command, ws: 'w' }, resolve));
let names = 0;
const add = (id: string, until?: number): TallyCommand => {
  const what = { type: 'add', name: `n${++names}`, amount: 1, id } as const;
  return until === undefined ? what : { ...what, until };
};
/** Three commits and their checkpoint, an hour after whatever was before. */
const checkpointed = async (host: TallyHost, passes = HOUR_MS): Promise<void> => {
  await clock.step(passes);
  for (let i = 0; i < 3; i++) await send(host, add(`c${++names}`));
  for (let turn = 0; turn < 40; turn++) await clock.step(turn === 0 ? 1_000 : 0);
};
const firstKept = async (): Promise<number> => (await (await journals.open(NAME)).first?.()) ?? 0;
const sealedRevisions = async (): Promise<number[]> =>
  (await snapshots.sealed(NAME)).map(({ id }) => Number(id.split('-')[0]));
const totals = (host: TallyHost) => host.peek((state) => Object.fromEntries(state.totals));
const damage = async (which: number): Promise<void> => {
  const sealed = await snapshots.sealed(NAME);
  await snapshots.append(NAME, sealed.at(which)?.id ?? '', Buffer.from('more'));
};

describe('retention', () => {
  it('keeps everything unless it is told for how long', async () => {
    const host = await owner();
    for (let i = 0; i < 5; i++) await checkpointed(host);
    expect(await firstKept()).toBe(1);
  });

  it('purges what is old enough below both checkpoints that are kept, and nothing else', async () => {
    const host = await owner(HOUR_MS);
    await checkpointed(host);
    expect(await firstKept()).toBe(1);
    for (let i = 0; i < 4; i++) await checkpointed(host);
    const older = Math.min(...(await sealedRevisions()));
    expect(await firstKept()).toBe(older + 1);
    expect(problems).toEqual([]);
  });

  it('keeps what is younger than it is told, however many checkpoints lie above', async () => {
    const host = await owner(10 * HOUR_MS);
    for (let i = 0; i < 5; i++) await checkpointed(host);
    expect(await firstKept()).toBe(1);
    for (let i = 0; i < 8; i++) await checkpointed(host);
    const kept = await firstKept();
    expect(kept).toBeGreaterThan(1);
    const text = Buffer.from(journals.commits(NAME)[0] ?? []).toString();
    expect(clock.now() - JSON.parse(text).entries[0].at).toBeLessThanOrEqual(10 * HOUR_MS);
  });

  it('keeps the reply to a request within the retry window, whatever is told', async () => {
    const host = await owner(0);
    const first = await send(host, add('early'));
    for (let i = 0; i < 4; i++) await checkpointed(host, 10_000);
    expect(await firstKept()).toBe(1);
    expect(await send(host, { type: 'add', name: 'n', amount: 1, id: 'early' })).toMatchObject({ ok: false });
    expect(first).toMatchObject({ ok: true });
  });

  it('takes a request for a new one whose reply was purged after the window, at whichever member', async () => {
    const [host, idle] = [await owner(0), await open(0)];
    const early = add('early');
    await send(host, early);
    await idle.ask(() => undefined);
    for (let i = 0; i < 4; i++) await checkpointed(host);
    expect(await firstKept()).toBeGreaterThan(2);
    expect(await send(host, early)).toMatchObject({ ok: true, repeated: false });
  });

  it('keeps the reply to what is open, for however long that is', async () => {
    const host = await owner(0);
    const held = add('held', clock.now() + 100 * HOUR_MS);
    const before = await send(host, held);
    for (let i = 0; i < 6; i++) await checkpointed(host);
    expect(await firstKept()).toBe(1);
    const again = await send(await owner(0), held);
    expect(again).toEqual({ ...before, repeated: true });
  });

  it('lets go of no good snapshot for one that was damaged since, and purges nothing meanwhile', async () => {
    const host = await owner(0);
    for (let i = 0; i < 3; i++) await checkpointed(host);
    const kept = await firstKept();
    const [newest, older] = await sealedRevisions();
    await damage(0);
    await checkpointed(host);
    expect(await sealedRevisions()).not.toContain(newest);
    expect(await sealedRevisions()).toContain(older);
    expect(await firstKept()).toBe(kept);
    for (let i = 0; i < 2; i++) await checkpointed(host);
    expect(await firstKept()).toBeGreaterThan(kept);
  });

  it('lets a new owner begin when the newest snapshot is damaged after the purge', async () => {
    const host = await owner(0);
    for (let i = 0; i < 4; i++) await checkpointed(host);
    await damage(0);
    const next = await owner(0);
    expect(totals(next)).toEqual(totals(host));
    expect(next.status()).toMatchObject({ revision: host.status().revision, hash: host.status().hash });
  });

  it('refuses a journal whose beginning was purged when no snapshot is left, and says why', async () => {
    const host = await owner(0);
    for (let i = 0; i < 4; i++) await checkpointed(host);
    await snapshots.keepOnly(NAME, []);
    await expect(open(0)).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      message: expect.stringMatching(/verdicts\.0\/1 was purged.*no checkpoint could be used/),
    });
  });

  it('goes on when it is purged by two who both believe to be the owner', async () => {
    const [one, two] = [await owner(0), await owner(0)];
    for (let i = 0; i < 6; i++) await checkpointed(i % 2 === 0 ? one : two);
    expect(await firstKept()).toBeGreaterThan(1);
    expect(await firstKept()).toBeLessThanOrEqual(Math.min(...(await sealedRevisions())) + 1);
    const next = await owner(0);
    await send(one, add('last'));
    await next.ask(() => undefined);
    expect(totals(next)).toEqual(totals(one));
  });

  it('closes a host that slept through a purge: it decides nothing, and is to be opened anew', async () => {
    const [host, sleeper] = [await owner(0), await open(0)];
    for (let i = 0; i < 4; i++) await checkpointed(host);
    const before = journals.commits(NAME).length;
    expect(await send(sleeper, add('late'))).toMatchObject({
      ok: false,
      rejection: { code: 'UNAVAILABLE' },
    });
    expect([leftBehind, sleeper.status().status]).toEqual([1, 'closed']);
    expect(journals.commits(NAME)).toHaveLength(before);
    expect(await send(await open(0), add('late'))).toMatchObject({ ok: true, repeated: false });
  });

  it('reports a purge that failed, and makes up for it after the next checkpoint', async () => {
    const host = await owner(0);
    const { open: reallyOpen } = journals;
    await checkpointed(host);
    let failing = true;
    const other = createHost({
      journal: await reallyOpen(NAME).then((journal) => ({
        ...journal,
        purge: async (below: number) => {
          if (failing) throw new Error('no answer');
          await journal.purge?.(below);
        },
      })),
      decider: tallyDecider,
      clock,
      incarnation: 'failing',
      facts: () => ({ ok: true as const, facts: { extra: 0 } }),
      checkpoints: { snapshots, commits: 3, keepMs: 0, onProblem: (_, problem) => problems.push(problem) },
    });
    await host.drain();
    await other.load();
    other.setActive(true);
    for (let i = 0; i < 3; i++) await checkpointed(other);
    expect(problems).toContain('nothing could be purged: no answer');
    expect(await firstKept()).toBe(1);
    failing = false;
    await checkpointed(other);
    expect(await firstKept()).toBeGreaterThan(1);
  });
});
