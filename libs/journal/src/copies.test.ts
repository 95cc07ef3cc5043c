import { describe, expect, it } from 'vitest';
import { createHost } from './create-host.ts';
import type { Answer, HostLimits } from './host-options.ts';
import { createMemoryJournals } from './memory-journal.ts';
import {
  createFaultyJournal,
  createStepClock,
  settled,
  type TallyCommand,
  type TallyEvent,
  tallyDecider,
} from './testing/index.ts';

const NAME = 'verdicts.0';

/** A host whose work is counted: how often it looked at a command, decided one, and read the head. */
const createRig = async (limits: Partial<HostLimits> = {}) => {
  const journals = createMemoryJournals();
  const journal = createFaultyJournal(await journals.open(NAME));
  const clock = createStepClock();
  const work = { looks: 0, decisions: 0, heads: 0 };
  const { head } = journal;
  Object.assign(journal, { head: () => [work.heads++, head()][1] });
  const host = createHost<TallyCommand, TallyEvent, ReturnType<typeof tallyDecider.initialState>, never>({
    journal,
    decider: {
      ...tallyDecider,
      key: (command, ws) => {
        work.looks += 1;
        return tallyDecider.key(command, ws);
      },
      decide: ({ command, ...input }, state) => {
        work.decisions += 1;
        return tallyDecider.decide({ command, ...input, facts: { extra: 0 } }, state);
      },
    },
    clock,
    incarnation: 'h',
    facts: () => ({ ok: true, facts: undefined as never }),
    limits,
  });
  await host.load();
  const send = (command: TallyCommand, ms?: number): Promise<Answer<TallyEvent>> =>
    new Promise((resolve) =>
      host.submit(
        { command, ws: 'default', ...(ms !== undefined && { deadline: clock.monotonic() + ms }) },
        resolve,
      ),
    );
  const sendCopies = (count: number, command: TallyCommand, ms?: number) =>
    Array.from({ length: count }, () => send(command, ms));
  /** Holds the next commit, which has begun when this settles, until the result is called. */
  const hold = async (): Promise<() => Promise<unknown>> => {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    journal.appends.push({ kind: 'delays', until });
    const held = send({ type: 'clear', name: 'held' });
    await settled();
    return () => {
      resolve();
      return held;
    };
  };
  const entries = () =>
    journals
      .commits(NAME)
      .flatMap((bytes) => JSON.parse(Buffer.from(bytes).toString()).entries as { command: TallyCommand }[])
      .filter(({ command }) => command.type === 'add');
  return { journal, clock, work, host, send, sendCopies, hold, entries };
};

const add = (amount: number, id: string, name = 'a'): TallyCommand => ({ type: 'add', name, amount, id });
const codeOf = (answer: Answer<TallyEvent>): string | undefined =>
  answer.ok ? undefined : answer.rejection.code;
const tally = (answers: readonly Answer<TallyEvent>[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const what = codeOf(answer) ?? (answer.ok && answer.repeated ? 'repeated' : 'recorded');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
};

describe('copies of a command on its way', () => {
  it('take up room like what is queued: a third of it at the most, so that others find some', async () => {
    const rig = await createRig({ queue: 90 });
    const goOn = await rig.hold();
    const copies = rig.sendCopies(1_000, add(1, 'r-1'));
    expect(rig.host.status().queued).toBe(31);
    const others = Array.from({ length: 1_000 }, (_, i) => rig.send(add(0, `other-${i}`)));
    expect(rig.host.status().queued).toBe(90);
    await goOn();
    expect(tally(await Promise.all(copies))).toEqual({ recorded: 1, repeated: 30, OVERLOADED: 969 });
    expect(tally(await Promise.all(others))).toEqual({ recorded: 59, OVERLOADED: 941 });
    expect(rig.host.status().queued).toBe(0);
  });

  it('leave half of the room to others, however many commands they are copies of', async () => {
    const rig = await createRig({ queue: 100 });
    const goOn = await rig.hold();
    const leaders = Array.from({ length: 10 }, (_, i) => rig.send(add(0, `r-${i}`)));
    const copies = Array.from({ length: 1_000 }, (_, i) => rig.send(add(0, `r-${i % 10}`)));
    expect(rig.host.status().queued).toBe(10 + 43);
    await goOn();
    expect(tally(await Promise.all([...leaders, ...copies]))).toEqual({
      recorded: 10,
      repeated: 43,
      OVERLOADED: 957,
    });
  });

  it('get the recorded bytes, decided once', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const copies = rig.sendCopies(1_000, add(1, 'r-1'));
    await goOn();
    const answers = await Promise.all(copies);
    expect(tally(answers)).toEqual({ recorded: 1, repeated: 999 });
    expect(new Set(answers.map((answer) => answer.ok && answer.reply)).size).toBe(1);
    expect(rig.work.decisions).toBe(2);
    expect(rig.entries()).toHaveLength(1);
  });

  it('get them also when they have no time left, and from a host that drains', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const first = rig.send(add(1, 'r-1'));
    const copies = rig.sendCopies(10, add(1, 'r-1'), 1);
    await rig.clock.step(20);
    const drained = rig.host.drain();
    await goOn();
    expect(tally(await Promise.all([first, ...copies]))).toEqual({ recorded: 1, repeated: 10 });
    await drained;
  });
});

describe('copies of a command that is refused', () => {
  it('cost no more each, however many they are, when all come too late', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const copies = rig.sendCopies(3_000, add(1, 'r-1'), 1);
    await rig.clock.step(20);
    await goOn();
    expect(tally(await Promise.all(copies))).toEqual({ DEADLINE: 3_000 });
    expect(rig.work).toEqual({ looks: 3_001, decisions: 1, heads: 1 });
  });

  it('are each decided once, as if they came alone', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const copies = rig.sendCopies(3_000, add(11, 'r-1'));
    await goOn();
    expect(tally(await Promise.all(copies))).toEqual({ POLICY_DENIED: 3_000 });
    expect(rig.work).toEqual({ looks: 3_001, decisions: 3_001, heads: 3_000 });
  });

  it('are recorded once when the state lets the next one in', async () => {
    const rig = await createRig();
    await rig.send(add(10, 'full'));
    const goOn = await rig.hold();
    const refused = rig.send(add(1, 'r-1'));
    const copies = rig.sendCopies(10, add(1, 'r-1'));
    const cleared = rig.send({ type: 'clear', name: 'a' });
    await goOn();
    await cleared;
    expect(codeOf(await refused)).toBe('POLICY_DENIED');
    expect(tally(await Promise.all(copies))).toEqual({ recorded: 1, repeated: 9 });
    expect(rig.entries()).toHaveLength(2);
  });

  it('keep each its own deadline', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const hasty = rig.sendCopies(2, add(1, 'r-1'), 10);
    const patient = rig.sendCopies(2, add(1, 'r-1'), 60_000);
    const endless = rig.sendCopies(2, add(1, 'r-1'));
    const hastyToo = rig.sendCopies(2, add(1, 'r-1'), 10);
    await rig.clock.step(20);
    await goOn();
    expect(tally(await Promise.all(hasty))).toEqual({ DEADLINE: 2 });
    expect(tally(await Promise.all([...patient, ...endless]))).toEqual({ recorded: 1, repeated: 3 });
    expect(tally(await Promise.all(hastyToo))).toEqual({ repeated: 2 });
  });

  it('are promised nothing either, while what they are copies of may yet be stored', async () => {
    const rig = await createRig();
    rig.journal.appends.push({ kind: 'loses-ack' });
    rig.journal.failReads(3);
    const first = rig.send(add(1, 'r-1'), 30);
    const copies = rig.sendCopies(3, add(1, 'r-1'), 30);
    await settled();
    await rig.clock.step(2_000);
    expect(tally(await Promise.all([first, ...copies]))).toEqual({ UNAVAILABLE: 4 });
    expect(await rig.send(add(1, 'r-1'))).toMatchObject({ ok: true, repeated: true });
  });

  it('are not recorded twice when whoever is refused sends the same again at once', async () => {
    const rig = await createRig();
    await rig.send(add(10, 'full'));
    const goOn = await rig.hold();
    const again: Promise<Answer<TallyEvent>>[] = [];
    const stubborn = (command: TallyCommand): Promise<Answer<TallyEvent>> =>
      new Promise((resolve) =>
        rig.host.submit({ command, ws: 'default' }, (answer) => {
          if (!answer.ok && again.length < 5) again.push(stubborn(command));
          resolve(answer);
        }),
      );
    const all = Array.from({ length: 10 }, () => stubborn(add(1, 'r-1')));
    const cleared = rig.send({ type: 'clear', name: 'a' });
    await goOn();
    await cleared;
    expect(tally(await Promise.all([...all, ...again]))).toEqual({
      POLICY_DENIED: 1,
      recorded: 1,
      repeated: 9,
    });
    expect(rig.entries()).toHaveLength(2);
  });

  it('are all refused when the host stops', async () => {
    const rig = await createRig();
    const goOn = await rig.hold();
    const copies = rig.sendCopies(3_000, add(11, 'r-1'));
    const drained = rig.host.drain(100);
    await rig.clock.step(100);
    await drained;
    expect(tally(await Promise.all(copies))).toEqual({ UNAVAILABLE: 3_000 });
    expect(rig.host.status().queued).toBe(0);
    void goOn();
  });

  it('are all refused when the journal turns out to be broken', async () => {
    const rig = await createRig();
    await rig.send(add(1, 'first'));
    const copies = rig.sendCopies(3_000, add(11, 'r-1'));
    Object.assign(rig.journal, { head: async () => 2 });
    Object.assign(rig.journal, {
      async *read() {
        yield { revision: 2, bytes: Buffer.from('not json') };
      },
    });
    expect(tally(await Promise.all(copies))).toEqual({ JOURNAL_BROKEN: 3_000 });
  });
});
