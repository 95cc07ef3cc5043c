import type { Rejection } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createHost } from './create-host.ts';
import { sha256Text } from './hash.ts';
import type { Host } from './host.ts';
import type { Answer, HostLimits } from './host-options.ts';
import { createMemoryJournals, type MemoryJournals } from './memory-journal.ts';
import {
  createFaultyJournal,
  createStepClock,
  type FaultyJournal,
  type StepClock,
  settled,
  type TallyCommand,
  type TallyEvent,
  type TallyState,
  tallyDecider,
} from './testing/index.ts';

type TallyHost = Host<TallyCommand, TallyEvent, TallyState, { readonly extra: number }>;

interface Rig {
  readonly journals: MemoryJournals;
  readonly journal: FaultyJournal;
  readonly clock: StepClock;
  readonly host: TallyHost;
  /** Whether facts are refused at the moment of deciding. */
  readonly facts: { refuse: boolean };
  /** Why the process may decide nothing. */
  readonly fitness: { unfit: Rejection | undefined };
  send(command: TallyCommand, deadline?: number): Promise<Answer<TallyEvent>>;
  /** Another host on the same journal, loaded. */
  rival(): Promise<Pick<Rig, 'host' | 'send'>>;
  commits(): {
    revision: number;
    previous: string;
    entries: { at: number; facts: unknown; events: unknown[] }[];
  }[];
}

const NAME = 'verdicts.0';
let incarnations = 0;

const sender =
  (host: TallyHost) =>
  (command: TallyCommand, deadline?: number): Promise<Answer<TallyEvent>> =>
    new Promise((resolve) => {
      host.submit(
        deadline === undefined ? { command, ws: 'default' } : { command, ws: 'default', deadline },
        resolve,
      );
    });

const createRig = async (
  limits: Partial<HostLimits> = {},
  journals = createMemoryJournals(),
): Promise<Rig> => {
  const clock = createStepClock();
  const journal = createFaultyJournal(await journals.open(NAME));
  const facts = { refuse: false };
  const fitness: Rig['fitness'] = { unfit: undefined };
  const make = (on: typeof journal): TallyHost =>
    createHost({
      journal: on,
      decider: tallyDecider,
      clock,
      incarnation: `i${++incarnations}`,
      facts: () =>
        facts.refuse
          ? { ok: false, rejection: { code: 'POLICY_STALE', message: 'not now' } }
          : { ok: true, facts: { extra: 0 } },
      limits,
      unfit: () => fitness.unfit,
    });
  const host = make(journal);
  await host.load();
  return {
    journals,
    journal,
    clock,
    host,
    facts,
    fitness,
    send: sender(host),
    rival: async () => {
      const other = make(createFaultyJournal(await journals.open(NAME)));
      await other.load();
      return { host: other, send: sender(other) };
    },
    commits: () => journals.commits(NAME).map((bytes) => JSON.parse(Buffer.from(bytes).toString())),
  };
};

const add = (name: string, amount: number, id?: string): TallyCommand =>
  id === undefined ? { type: 'add', name, amount } : { type: 'add', name, amount, id };
const codeOf = (answer: Answer<TallyEvent>): string | undefined =>
  answer.ok ? undefined : answer.rejection.code;
const replyOf = (answer: Answer<TallyEvent>): Record<string, unknown> => {
  if (!answer.ok) throw new Error(`refused: ${answer.rejection.code}`);
  return JSON.parse(answer.reply);
};
/** A promise that is kept when told, to hold an append in flight. */
const gate = (): { until: Promise<void>; open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, open: () => resolve() };
};

describe('group commit', () => {
  it('appends everything that queued up while a commit was in flight as one commit', async () => {
    const rig = await createRig();
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const first = rig.send(add('a', 1));
    await settled();
    const others = [rig.send(add('b', 1)), rig.send(add('c', 1)), rig.send(add('d', 1))];
    await settled();
    open();
    await Promise.all([first, ...others]);
    expect(rig.commits().map(({ entries }) => entries.length)).toEqual([1, 3]);
  });

  it('decides each command on the state that those before it left', async () => {
    const rig = await createRig();
    const answers = await Promise.all([rig.send(add('a', 6)), rig.send(add('a', 6)), rig.send(add('a', 4))]);
    expect(answers.map(codeOf)).toEqual([undefined, 'POLICY_DENIED', undefined]);
    expect(rig.commits()).toHaveLength(1);
  });

  it('releases no reply before the journal has acknowledged', async () => {
    const rig = await createRig();
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    let answered = 0;
    const answers = [rig.send(add('a', 6)), rig.send(add('a', 6))].map((answer) =>
      answer.then(() => answered++),
    );
    await settled();
    expect(answered).toBe(0);
    open();
    await Promise.all(answers);
    expect(answered).toBe(2);
  });

  it('closes a commit at the bound of commands and goes on with the next', async () => {
    const rig = await createRig({ batchCommands: 2 });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => rig.send(add(name, 1))));
    expect(rig.commits().map(({ entries }) => entries.length)).toEqual([2, 2, 1]);
  });

  it('begins the next commit with a command that would make this one larger than may be sent', async () => {
    const rig = await createRig({ batchBytes: 800, entryBytes: 900 });
    const names = ['a', 'b'.repeat(200), 'c'.repeat(200), 'd'];
    const answers = await Promise.all(names.map((name) => rig.send(add(name, 1))));
    expect(answers.map(codeOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(rig.commits().map(({ entries }) => entries.length)).toEqual([2, 2]);
    expect(await rig.host.ask(({ totals }) => [...totals.keys()])).toEqual(names);
  });

  it('counts bytes, not characters, where it matters', async () => {
    const rig = await createRig({ entryBytes: 900 });
    expect(codeOf(await rig.send(add('日'.repeat(200), 1)))).toBe('PAYLOAD_TOO_LARGE');
    expect(codeOf(await rig.send(add('x'.repeat(200), 1)))).toBeUndefined();
  });

  it('chains each commit to the bytes of the one before', async () => {
    const rig = await createRig();
    for (const name of ['a', 'b', 'c']) await rig.send(add(name, 1));
    const stored = rig.journals.commits(NAME);
    expect(rig.commits().map(({ previous }) => previous)).toEqual([
      '',
      ...stored.slice(0, 2).map((bytes) => sha256Text(bytes)),
    ]);
    expect(rig.host.status()).toMatchObject({ revision: 3, hash: sha256Text(stored[2] ?? '') });
  });

  it('names in each reply the place of the event that answers', async () => {
    const rig = await createRig();
    const replies = (await Promise.all([rig.send(add('a', 1)), rig.send(add('b', 1))])).map(replyOf);
    expect(replies.map((reply) => reply['receipt'])).toEqual([
      { journal: NAME, revision: 1, index: 0 },
      { journal: NAME, revision: 1, index: 1 },
    ]);
  });

  it('stores the facts that a decision depended on', async () => {
    const rig = await createRig();
    await rig.send(add('a', 1));
    expect(rig.commits()[0]?.entries[0]?.facts).toEqual({ extra: 0 });
  });

  it('never lets time go backwards, not even across owners', async () => {
    const rig = await createRig();
    await rig.send(add('a', 1));
    rig.clock.setWall(rig.clock.now() - 2_000);
    await rig.send(add('a', 1));
    const rival = await rig.rival();
    await rival.send(add('a', 1));
    const times = rig.commits().map(({ entries }) => entries[0]?.at ?? 0);
    expect(times[1]).toBe(times[0]);
    expect(times[2]).toBe(times[0]);
  });

  it('refuses a journal that is more than 2 s ahead of the clock, and goes on once the clock has reached it', async () => {
    const rig = await createRig();
    await rig.send(add('a', 1));
    rig.clock.setWall(rig.clock.now() - 2_001);
    expect(await rig.send(add('a', 1))).toMatchObject({ ok: false, rejection: { code: 'JOURNAL_AHEAD' } });
    expect(rig.host.status().problem).toContain('2001 ms ahead of the clock');
    await rig.clock.step(1);
    expect(await rig.send(add('a', 1))).toMatchObject({ ok: true });
  });

  it('decides nothing while the process is unfit to, and answers why', async () => {
    const rig = await createRig();
    rig.fitness.unfit = { code: 'CLOCK_SKEWED', message: 'an hour ahead' };
    expect(await rig.send(add('a', 1))).toEqual({ ok: false, rejection: rig.fitness.unfit });
    rig.fitness.unfit = undefined;
    expect(await rig.send(add('a', 1))).toMatchObject({ ok: true });
    expect(rig.commits()).toHaveLength(1);
  });
});

describe('one way back', () => {
  it('decides again on the new head when a rival appended first', async () => {
    const rig = await createRig();
    const rival = await rig.rival();
    rig.journal.appends.push({
      kind: 'rival-first',
      rival: async () => void (await rival.send(add('a', 6))),
    });
    expect(codeOf(await rig.send(add('a', 6)))).toBe('POLICY_DENIED');
    expect(rig.commits()).toHaveLength(1);
  });

  it('answers from the journal when the acknowledgement was lost, and stores nothing twice', async () => {
    const rig = await createRig();
    rig.journal.appends.push({ kind: 'loses-ack' });
    const reply = replyOf(await rig.send(add('a', 1)));
    expect(reply).toEqual({ name: 'a', amount: 1, receipt: { journal: NAME, revision: 1, index: 0 } });
    expect(rig.commits()).toHaveLength(1);
  });

  it('finds its own commit below that of a rival', async () => {
    const rig = await createRig();
    const rival = await rig.rival();
    rig.journal.appends.push({
      kind: 'rival-on-top',
      rival: async () => void (await rival.send(add('a', 3))),
    });
    expect(replyOf(await rig.send(add('a', 1)))['receipt']).toEqual({ journal: NAME, revision: 1, index: 0 });
    expect(await rig.host.ask(({ totals }) => totals.get('a'))).toBe(4);
  });

  it('appends again when the append was not stored', async () => {
    const rig = await createRig();
    rig.journal.appends.push({ kind: 'fails' }, { kind: 'fails' });
    expect(replyOf(await rig.send(add('a', 1)))['receipt']).toEqual({ journal: NAME, revision: 1, index: 0 });
    expect(rig.commits()).toHaveLength(1);
  });

  it('promises nothing about what an append may yet store, when its facts are refused after that', async () => {
    const rig = await createRig();
    rig.journal.appends.push({
      kind: 'rival-first',
      rival: async () => {
        rig.facts.refuse = true;
        throw new Error('the connection broke');
      },
    });
    expect(await rig.send(add('a', 1))).toMatchObject({ ok: false, rejection: { code: 'UNAVAILABLE' } });
    expect(rig.commits()).toHaveLength(0);
  });

  it('throws the speculative state of a refused commit away', async () => {
    const rig = await createRig();
    const rival = await rig.rival();
    rig.journal.appends.push({
      kind: 'rival-first',
      rival: async () => void (await rival.send(add('b', 2))),
    });
    await rig.send(add('a', 4));
    expect(await rig.host.ask(({ totals }) => [...totals])).toEqual([
      ['b', 2],
      ['a', 4],
    ]);
  });

  it('keeps trying while the journal is out of reach, and answers what nobody waits for as unavailable', async () => {
    const rig = await createRig();
    rig.journal.appends.push({ kind: 'loses-ack' });
    rig.journal.failReads(3);
    const late = rig.send(add('a', 1, 'r-1'), rig.clock.monotonic() + 30);
    await settled();
    await rig.clock.step(1_000);
    expect(codeOf(await late)).toBe('UNAVAILABLE');
    await rig.clock.step(1_000);
    expect(replyOf(await rig.send(add('a', 1, 'r-1')))['receipt']).toEqual({
      journal: NAME,
      revision: 1,
      index: 0,
    });
    expect(rig.commits()).toHaveLength(1);
  });

  describe('to a command that is stored, while its answer cannot be read', () => {
    /** A commit is stored without an acknowledgement, and can be listed but not read one by one. */
    const storedButUnread = async () => {
      const rig = await createRig({ recentBytes: 0 });
      const { get } = rig.journal;
      const unread = () => Promise.reject(new Error('out of reach'));
      Object.assign(rig.journal, { get: unread });
      rig.journal.appends.push({ kind: 'loses-ack' });
      const answers: unknown[] = [];
      const send = (id: string, deadline?: number): void =>
        void rig.send(add(id, 1, id), deadline).then((answer) => answers.push(codeOf(answer) ?? answer));
      return { rig, answers, send, mend: () => Object.assign(rig.journal, { get }) };
    };

    it('answers UNAVAILABLE when its deadline has passed, and the same id finds out later', async () => {
      const { rig, answers, send, mend } = await storedButUnread();
      send('r-1', rig.clock.monotonic() + 1_000);
      await settled();
      await rig.clock.step(900);
      expect(answers).toEqual([]);
      await rig.clock.step(3_000);
      expect(answers).toEqual(['UNAVAILABLE']);
      mend();
      await rig.clock.step(1_000);
      expect(await rig.send(add('r-1', 1, 'r-1'))).toMatchObject({ ok: true, repeated: true });
      expect(rig.commits()).toHaveLength(1);
    });

    it('answers from the journal what is still in time when it can be read again', async () => {
      const { rig, answers, send, mend } = await storedButUnread();
      send('r-1', rig.clock.monotonic() + 1_000);
      send('r-2', rig.clock.monotonic() + 60_000);
      await settled();
      await rig.clock.step(5_000);
      mend();
      await rig.clock.step(1_000);
      expect(answers).toEqual(['UNAVAILABLE', expect.objectContaining({ ok: true, repeated: false })]);
    });

    it('answers UNAVAILABLE before the host has drained', async () => {
      const { rig, answers, send } = await storedButUnread();
      send('r-1');
      await settled();
      await rig.clock.step(500);
      const drained = rig.host.drain(100);
      await rig.clock.step(100);
      await drained;
      expect(answers).toEqual(['UNAVAILABLE']);
    });
  });

  it('stops a journal whose commit does not follow the one before', async () => {
    const rig = await createRig();
    await rig.send(add('a', 1));
    const outsider = await rig.journals.open(NAME);
    await outsider.append(
      1,
      Buffer.from(
        JSON.stringify({ v: 1, journal: NAME, revision: 2, previous: 'sha256:0', semantics: 1, entries: [] }),
      ),
    );
    expect(codeOf(await rig.send(add('a', 1)))).toBe('JOURNAL_BROKEN');
    expect(rig.host.status().status).toBe('broken');
    expect(codeOf(await rig.send(add('a', 1)))).toBe('JOURNAL_BROKEN');
  });

  it('refuses to load a journal that does not parse', async () => {
    const journals = createMemoryJournals();
    await (await journals.open(NAME)).append(0, Buffer.from('not json'));
    await expect(createRig({}, journals)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  });
});

describe('questions', () => {
  const totalOf = ({ totals }: TallyState) => totals.get('a') ?? 0;

  it('wait for the leader in an outage until their deadline, which is five seconds away unless they say', async () => {
    const rig = await createRig();
    rig.journal.failReads(1_000);
    const asked = [
      rig.host.ask(totalOf),
      rig.host.ask(totalOf, rig.clock.monotonic() + 1_000),
      rig.host.ask(totalOf, rig.clock.monotonic() + 60_000),
    ];
    await settled();
    const behind = rig.host.ask(totalOf);
    const ends = ['?', '?', '?', '?'];
    [...asked, behind].forEach((answer, i) => {
      answer.then(
        (total) => ends.splice(i, 1, `${total}`),
        ({ code, retriable }) => ends.splice(i, 1, retriable ? code : 'for good'),
      );
    });
    await rig.clock.step(4_000);
    expect(ends).toEqual(['?', 'UNAVAILABLE', '?', '?']);
    await rig.clock.step(3_000);
    expect(ends).toEqual(['UNAVAILABLE', 'UNAVAILABLE', '?', 'UNAVAILABLE']);
    rig.journal.failReads(0);
    await rig.clock.step(2_000);
    expect(ends[2]).toBe('0');
  });

  it('about what was recorded keep the deadline of whoever asks', async () => {
    const rig = await createRig();
    rig.journal.failReads(1_000);
    const recorded = rig.host.recorded('r-1', rig.clock.monotonic() + 500).catch(({ code }) => code);
    await settled();
    await rig.clock.step(2_000);
    expect(await recorded).toBe('UNAVAILABLE');
  });
});

describe('refusals', () => {
  it('never come from a stale state: a refusal alone asks the leader first', async () => {
    const rig = await createRig();
    await rig.send(add('a', 10));
    const rival = await rig.rival();
    await rival.send({ type: 'clear', name: 'a' });
    expect(codeOf(await rig.send(add('a', 10)))).toBeUndefined();
  });

  it('use no revision of the journal', async () => {
    const rig = await createRig();
    expect(codeOf(await rig.send(add('a', 11)))).toBe('POLICY_DENIED');
    expect(rig.commits()).toHaveLength(0);
  });

  it('wait while the leader is out of reach', async () => {
    const rig = await createRig();
    rig.journal.failReads(2);
    const refused = rig.send(add('a', 11));
    await settled();
    await rig.clock.step(200);
    expect(codeOf(await refused)).toBe('POLICY_DENIED');
  });

  it('of a bug in one command leave the others alone', async () => {
    const rig = await createRig();
    const answers = await Promise.all([
      rig.send(add('a', 1)),
      rig.send({ type: 'fail', where: 'decide' }),
      rig.send({ type: 'fail', where: 'evolve' }),
      rig.send(add('a', 2)),
    ]);
    expect(answers.map(codeOf)).toEqual([undefined, 'INTERNAL_ERROR', 'INTERNAL_ERROR', undefined]);
    expect(await rig.host.ask(({ totals }) => totals.get('a'))).toBe(3);
  });

  it('name the size when a command is too large for a commit', async () => {
    const rig = await createRig({ entryBytes: 300 });
    const answers = await Promise.all([rig.send(add('x'.repeat(300), 1)), rig.send(add('a', 1))]);
    expect(answers.map(codeOf)).toEqual(['PAYLOAD_TOO_LARGE', undefined]);
  });
});

describe('repeats', () => {
  it('get the recorded bytes and are charged nothing', async () => {
    const rig = await createRig();
    const first = await rig.send(add('a', 4, 'r-1'));
    const again = await rig.send(add('a', 4, 'r-1'));
    expect(again).toMatchObject({ ok: true, reply: first.ok ? first.reply : '', repeated: true });
    expect(rig.commits()).toHaveLength(1);
  });

  it('get the same bytes from the next owner', async () => {
    const rig = await createRig();
    const first = await rig.send(add('a', 4, 'r-1'));
    const again = await (await rig.rival()).send(add('a', 4, 'r-1'));
    expect(again.ok && again.reply).toBe(first.ok && first.reply);
  });

  it('get the same bytes when only the journal still has them', async () => {
    const rig = await createRig({ recentBytes: 0 });
    const first = await rig.send(add('a', 4, 'r-1'));
    expect(await rig.send(add('a', 4, 'r-1'))).toMatchObject({ reply: first.ok ? first.reply : '' });
  });

  it('share the reply of a copy that is in flight', async () => {
    const rig = await createRig();
    const [first, second] = await Promise.all([rig.send(add('a', 4, 'r-1')), rig.send(add('a', 4, 'r-1'))]);
    expect(second?.ok && second.reply).toBe(first?.ok && first.reply);
    expect(rig.commits()[0]?.entries).toHaveLength(1);
  });

  it('are refused when something else was sent under the id, also while it is in flight', async () => {
    const rig = await createRig();
    const answers = await Promise.all([rig.send(add('a', 4, 'r-1')), rig.send(add('b', 4, 'r-1'))]);
    expect(answers.map(codeOf)).toEqual([undefined, 'REQUEST_ID_REUSED']);
    expect(codeOf(await rig.send(add('b', 4, 'r-1')))).toBe('REQUEST_ID_REUSED');
  });

  it('are decided anew when the first was refused: a refusal does not use an id up', async () => {
    const rig = await createRig();
    await rig.send(add('a', 10));
    expect(codeOf(await rig.send(add('a', 1, 'r-1')))).toBe('POLICY_DENIED');
    await rig.send({ type: 'clear', name: 'a' });
    expect(codeOf(await rig.send(add('a', 1, 'r-1')))).toBeUndefined();
  });

  it('are remembered for the whole retry window and forgotten after it', async () => {
    const rig = await createRig({ retryWindowMs: 1_000 });
    await rig.send(add('a', 1, 'r-1'));
    await rig.clock.step(999);
    await rig.send(add('b', 1, 'other-1'));
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({ repeated: true });
    await rig.clock.step(400);
    await rig.send(add('b', 1, 'other-2'));
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({ repeated: false });
  });
});

describe('repeats after the retry window, when another member has forgotten the id first', () => {
  const decidedAnewElsewhere = async () => {
    const rig = await createRig({ retryWindowMs: 60_000 });
    const old = await rig.send(add('a', 1, 'r-1'));
    const behind = await rig.rival();
    await rig.clock.step(90_000);
    await rig.send(add('b', 1, 'other'));
    const anew = await rig.send(add('a', 1, 'r-1'));
    expect(anew).toMatchObject({ repeated: false });
    expect(replyOf(anew)).not.toEqual(replyOf(old));
    return { behind, anew };
  };

  it('get the newer answer also from a member that has not read of it', async () => {
    const { behind, anew } = await decidedAnewElsewhere();
    expect(replyOf(await behind.send(add('a', 1, 'r-1')))).toEqual(replyOf(anew));
  });

  it('are looked up there as they are answered', async () => {
    const { behind, anew } = await decidedAnewElsewhere();
    const found = await behind.host.recorded('r-1');
    expect(found?.receipt).toEqual(anew.ok ? anew.receipt : undefined);
  });

  it('ask the leader for what a clock within the tolerance may have forgotten, and for nothing younger', async () => {
    const rig = await createRig({ retryWindowMs: 60_000 });
    await rig.send(add('a', 1, 'r-1'));
    let reads = 0;
    const { head } = rig.journal;
    Object.assign(rig.journal, { head: () => [reads++, head()][1] });
    await rig.clock.step(55_999);
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({ repeated: true });
    expect(reads).toBe(0);
    await rig.clock.step(1);
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({ repeated: true });
    expect(reads).toBe(1);
  });
});

describe('repeats of a request that the state holds open', () => {
  const hold = (rig: Rig, id: string): TallyCommand => ({
    type: 'add',
    name: 'a',
    amount: 1,
    id,
    until: rig.clock.now() + 60_000,
  });

  it('are answered however long ago it was decided', async () => {
    const rig = await createRig({ retryWindowMs: 1_000 });
    const first = await rig.send(hold(rig, 'r-1'));
    await rig.clock.step(30_000);
    await rig.send(add('b', 1, 'other'));
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({
      repeated: true,
      reply: first.ok ? first.reply : '',
    });
    expect(rig.commits()).toHaveLength(2);
  });

  it('are answered also when they wait behind a commit in flight', async () => {
    const rig = await createRig({ retryWindowMs: 1_000 });
    const held = hold(rig, 'r-1');
    await rig.send(held);
    await rig.clock.step(30_000);
    await rig.send(add('b', 1, 'other'));
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const other = rig.send(add('c', 1));
    await settled();
    const repeats = [rig.send(held), rig.send(add('d', 1)), rig.send(held)];
    await settled();
    open();
    await other;
    const answers = await Promise.all(repeats);
    expect(answers.map((answer) => answer.ok && answer.repeated)).toEqual([true, false, true]);
  });
});

describe('bounds', () => {
  it('answer OVERLOADED at once when the queue is full', async () => {
    const rig = await createRig({ queue: 2 });
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const first = rig.send(add('a', 1));
    await settled();
    const waiting = [rig.send(add('b', 1)), rig.send(add('c', 1))];
    expect(codeOf(await rig.send(add('d', 1)))).toBe('OVERLOADED');
    open();
    expect((await Promise.all([first, ...waiting])).map(codeOf)).toEqual([undefined, undefined, undefined]);
  });

  it('answer OVERLOADED at once to what would wait for more than half of its time, and to nobody else', async () => {
    const rig = await createRig();
    const gates = [gate(), gate(), gate()];
    for (const { until } of gates) rig.journal.appends.push({ kind: 'delays', until });
    const begun = async (commits: number): Promise<void> => {
      while (rig.journal.appends.length > gates.length - commits) await settled();
    };
    const first = rig.send(add('a', 1));
    await begun(1);
    const flood = Array.from({ length: 1_500 }, () => rig.send({ type: 'clear', name: 'a' }));
    gates[0]?.open();
    await begun(2);
    // 256 of them take a second: those that are left take four.
    await rig.clock.step(1_000);
    gates[1]?.open();
    await begun(3);
    const at = (ms: number): number => rig.clock.monotonic() + ms;
    const clear = { type: 'clear', name: 'a' } as const;
    const patient = rig.send(clear, at(10_000));
    expect(codeOf(await rig.send(clear, at(5_000)))).toBe('OVERLOADED');
    const others = rig.send(add('b', 1), at(5_000));
    gates[2]?.open();
    expect((await Promise.all([first, patient, others])).map(codeOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await Promise.all(flood);
    expect(codeOf(await rig.send(clear, at(5_000)))).toBeUndefined();
  });

  it('let a workspace that comes late into the next commit, however much another one has sent', async () => {
    const rig = await createRig({ batchCommands: 10 });
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const first = rig.send(add('a', 1));
    await settled();
    const flood = Array.from({ length: 1_000 }, () => rig.send({ type: 'clear', name: 'a' }));
    const late = new Promise((resolve) => {
      rig.host.submit({ command: add('b', 1), ws: 'late' }, resolve);
    });
    open();
    await Promise.all([first, late, ...flood]);
    const commits = rig.commits().map(({ entries }) => JSON.stringify(entries));
    expect(commits.findIndex((entries) => entries.includes('"ws":"late"'))).toBe(1);
  });

  it('answer OVERLOADED when no further id can be remembered, and never forget one early', async () => {
    const rig = await createRig({ ids: 2, retryWindowMs: 1_000 });
    await rig.send(add('a', 1, 'r-1'));
    await rig.send(add('a', 1, 'r-2'));
    expect(codeOf(await rig.send(add('a', 1, 'r-3')))).toBe('OVERLOADED');
    expect(await rig.send(add('a', 1, 'r-1'))).toMatchObject({ repeated: true });
  });

  it('make room for ids again when the window has passed, although nothing was recorded meanwhile', async () => {
    const rig = await createRig({ ids: 2, retryWindowMs: 1_000 });
    await rig.send(add('a', 1, 'r-1'));
    await rig.send(add('a', 1, 'r-2'));
    expect(codeOf(await rig.send(add('a', 1, 'r-3')))).toBe('OVERLOADED');
    await rig.clock.step(3_000);
    expect(codeOf(await rig.send(add('a', 1, 'r-3')))).toBeUndefined();
  });

  it('never keep out commands that need no id: they end what is open', async () => {
    const rig = await createRig({ ids: 1 });
    await rig.send(add('a', 1, 'r-1'));
    expect(codeOf(await rig.send({ type: 'clear', name: 'a' }))).toBeUndefined();
  });

  it('answer DEADLINE to a command that could not be decided in time, and record nothing of it', async () => {
    const rig = await createRig();
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const first = rig.send(add('a', 1));
    await settled();
    const late = rig.send(add('b', 1, 'r-1'), rig.clock.monotonic() + 10);
    await rig.clock.step(11);
    open();
    expect([codeOf(await first), codeOf(await late)]).toEqual([undefined, 'DEADLINE']);
    expect(rig.commits()).toHaveLength(1);
  });
});

describe('timers', () => {
  it('turn the earliest deadline of the state into a command, so that expiry is an event', async () => {
    const rig = await createRig();
    rig.host.setActive(true);
    const until = rig.clock.now() + 500;
    await rig.send({ type: 'add', name: 'a', amount: 3, until });
    await settled();
    await rig.clock.step(499);
    expect(rig.commits()).toHaveLength(1);
    await rig.clock.step(2);
    await settled();
    expect(await rig.host.ask(({ totals }) => totals.get('a'))).toBe(0);
    expect(rig.commits()[1]?.entries[0]?.at).toBeGreaterThanOrEqual(until);
  });

  it('ring for what falls due while one commit follows the other without a pause', async () => {
    const rig = await createRig();
    rig.host.setActive(true);
    let more = true;
    const load = async (): Promise<void> => {
      while (more) await rig.send({ type: 'add', name: 'b', amount: 0 });
    };
    const lanes = Promise.all([load(), load()]);
    await rig.send({ type: 'add', name: 'a', amount: 3, until: rig.clock.now() + 500 });
    await settled();
    await rig.clock.step(501);
    for (let turns = 0; turns < 100 && rig.host.peek(({ until }) => until.size) > 0; turns++) await settled();
    expect(rig.host.peek(({ totals }) => totals.get('a'))).toBe(0);
    more = false;
    await lanes;
  });

  it('are not sent by a host that is not the owner', async () => {
    const rig = await createRig();
    await rig.send({ type: 'add', name: 'a', amount: 3, until: rig.clock.now() + 5 });
    await rig.clock.step(1_000);
    expect(rig.commits()).toHaveLength(1);
    await settled();
    rig.host.setActive(true);
    await rig.clock.step(1);
    await settled();
    expect(rig.commits()).toHaveLength(2);
  });

  it('of an owner that takes over ring for deadlines that passed meanwhile', async () => {
    const rig = await createRig();
    await rig.send({ type: 'add', name: 'a', amount: 3, until: rig.clock.now() + 5 });
    await rig.clock.step(60_000);
    const rival = await rig.rival();
    rival.host.setActive(true);
    await rig.clock.step(1);
    expect(await rig.host.ask(({ totals }) => totals.get('a'))).toBe(0);
  });
});

describe('a timer command that is refused', () => {
  it('is tried again a little later, not in a tight loop', async () => {
    const rig = await createRig();
    rig.host.setActive(true);
    await rig.send({ type: 'add', name: 'a', amount: 3, until: rig.clock.now() + 5 });
    await settled();
    let reads = 0;
    const { head } = rig.journal;
    const countedHead = () => {
      reads += 1;
      return head();
    };
    Object.assign(rig.journal, { head: countedHead });
    rig.facts.refuse = true;
    for (let i = 0; i < 50; i++) await rig.clock.step(10);
    expect(reads).toBeGreaterThan(1);
    expect(reads).toBeLessThan(10);
    rig.facts.refuse = false;
    for (let i = 0; i < 12; i++) await rig.clock.step(10);
    expect(await rig.host.ask(({ totals }) => totals.get('a'))).toBe(0);
  });
});

describe('draining', () => {
  it('answers a repeat of an open request that waits, and lets nothing escape', async () => {
    const rig = await createRig({ retryWindowMs: 1_000 });
    const held: TallyCommand = {
      type: 'add',
      name: 'a',
      amount: 1,
      id: 'r-1',
      until: rig.clock.now() + 60_000,
    };
    await rig.send(held);
    await rig.clock.step(30_000);
    await rig.send(add('b', 1, 'other'));
    const { until, open } = gate();
    rig.journal.appends.push({ kind: 'delays', until });
    const first = rig.send(add('c', 1));
    await settled();
    const repeat = rig.send(held);
    const drained = rig.host.drain();
    open();
    await Promise.all([first, drained]);
    const answer = await repeat;
    expect(answer.ok ? answer.repeated : answer.rejection.code).toSatisfy(
      (got) => got === true || got === 'UNAVAILABLE',
    );
  });

  it('finishes what was taken, refuses what comes later, and closes the journal', async () => {
    const rig = await createRig();
    const taken = rig.send(add('a', 1));
    const drained = rig.host.drain();
    expect(codeOf(await rig.send(add('b', 1)))).toBe('UNAVAILABLE');
    expect(codeOf(await taken)).toBeUndefined();
    await drained;
    expect(rig.host.status().status).toBe('closed');
    await expect(rig.journal.head()).rejects.toMatchObject({ code: 'JOURNAL_CLOSED' });
  });
});
