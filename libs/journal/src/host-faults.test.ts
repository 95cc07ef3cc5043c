import { Fault } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createHost } from './create-host.ts';
import type { Answer } from './host-options.ts';
import { createMemoryJournals } from './memory-journal.ts';
import {
  createFaultyJournal,
  createStepClock,
  settled,
  type TallyCommand,
  type TallyEvent,
  tallyDecider,
} from './testing/index.ts';

const createRig = async (journals = createMemoryJournals()) => {
  const journal = createFaultyJournal(await journals.open('verdicts.0'));
  const clock = createStepClock();
  const faults: unknown[] = [];
  const gathering: { fails: Error | undefined } = { fails: undefined };
  const host = createHost({
    journal,
    decider: tallyDecider,
    clock,
    incarnation: 'h',
    facts: () => {
      if (gathering.fails !== undefined) throw gathering.fails;
      return { ok: true as const, facts: { extra: 0 } };
    },
    onFault: (error) => faults.push(error),
  });
  await host.load();
  const send = (command: TallyCommand, ms = 5_000): Promise<Answer<TallyEvent>> =>
    new Promise((resolve) =>
      host.submit({ command, ws: 'default', deadline: clock.monotonic() + ms }, resolve),
    );
  const add = (ms?: number) => send({ type: 'add', name: 'a', amount: 0 }, ms);
  const problem = () => host.status().problem;
  return { journals, journal, clock, faults, gathering, host, send, add, problem };
};
const fails = { kind: 'fails' } as const;

describe('a caller that throws when it is answered', () => {
  it('is told of, and takes nobody else along: the journal goes on', async () => {
    const { host, clock, faults, add, problem } = await createRig();
    const deadline = clock.monotonic() + 5_000;
    host.submit({ command: { type: 'add', name: 'a', amount: 1 }, ws: 'default', deadline }, () => {
      throw new Error('too large to send');
    });
    expect(await add()).toMatchObject({ ok: true });
    expect(await add()).toMatchObject({ ok: true });
    expect(problem()).toBeUndefined();
    expect(faults).toMatchObject([
      {
        code: 'INTERNAL_ERROR',
        message: 'a command of workspace default could not be answered from verdicts.0: too large to send',
      },
    ]);
  });
});

describe('a command that cannot be decided', () => {
  for (const where of ['decide', 'evolve'] as const) {
    it(`is told of with what was thrown in ${where}`, async () => {
      const rig = await createRig();
      await rig.send({ type: 'fail', where });
      expect(rig.faults).toEqual([expect.any(Fault)]);
      expect(rig.faults[0]).toMatchObject({
        code: 'INTERNAL_ERROR',
        message: `a command of workspace default could not be decided on verdicts.0: a bug in ${where}`,
        cause: new Error(`a bug in ${where}`),
      });
    });
  }

  it('is told of when its facts could not be gathered', async () => {
    const rig = await createRig();
    rig.gathering.fails = new Error('a bug in facts');
    expect(await rig.add()).toMatchObject({ rejection: { code: 'INTERNAL_ERROR' } });
    expect(rig.faults).toMatchObject([{ cause: rig.gathering.fails }]);
  });

  it('is told of once in a while, however many there are', async () => {
    const rig = await createRig();
    const flood = () =>
      Promise.all(Array.from({ length: 100 }, () => rig.send({ type: 'fail', where: 'decide' })));
    await flood();
    await rig.clock.step(5_000);
    await flood();
    expect(rig.faults).toHaveLength(1);
    await rig.clock.step(5_000);
    await flood();
    expect(rig.faults).toHaveLength(2);
  });

  it('is no fault when it is refused: not by its decider, and not because it is too large', async () => {
    const rig = await createRig();
    await rig.send({ type: 'add', name: 'a', amount: 11 });
    const large = await rig.send({ type: 'add', name: 'x'.repeat(1_000_000), amount: 1 });
    expect(large).toMatchObject({ rejection: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(rig.faults).toEqual([]);
  });
});

describe('an append that fails', () => {
  const full = new Fault('JOURNAL_REFUSED', 'no space left', { retriable: true });
  const fill = (rig: Awaited<ReturnType<typeof createRig>>) => {
    const { append } = rig.journal;
    Object.assign(rig.journal, { append: () => Promise.reject(full) });
    return () => Object.assign(rig.journal, { append });
  };

  it('is told of with the reason that the store gave', async () => {
    const rig = await createRig();
    rig.journal.appends.push(fails);
    expect(await rig.add()).toMatchObject({ ok: true });
    expect(rig.faults).toMatchObject([{ code: 'JOURNAL_UNCERTAIN' }]);
  });

  it('is what the host says is wrong, until one succeeds', async () => {
    const rig = await createRig();
    const mend = fill(rig);
    const answer = rig.add(60_000);
    await settled();
    expect(rig.problem()).toBe('the last append to verdicts.0 failed: no space left');
    await rig.clock.step(30_000);
    expect(rig.problem()).toContain('no space left');
    mend();
    await rig.clock.step(100);
    expect(await answer).toMatchObject({ ok: true });
    expect(rig.problem()).toBeUndefined();
  });

  /** A command was tried until its deadline, and nothing else is. */
  const givenUp = async () => {
    const rig = await createRig();
    fill(rig);
    const tried = rig.add(1_000);
    await settled();
    await rig.clock.step(2_000);
    expect(await tried).toMatchObject({ ok: false });
    expect(rig.problem()).toContain('no space left');
    return rig;
  };

  it('is no problem any more when somebody else could append', async () => {
    const rig = await givenUp();
    await (await createRig(rig.journals)).add();
    await rig.host.ask(() => undefined);
    expect(rig.problem()).toBeUndefined();
  });

  it('is no problem any more when nobody has tried again for a while: it may be long over', async () => {
    const rig = await givenUp();
    await rig.clock.step(10_000);
    expect(rig.problem()).toBeUndefined();
  });

  it('is told of once in a while, however many commands find the store down', async () => {
    const rig = await createRig();
    fill(rig);
    for (let second = 0; second < 30; second++) {
      void rig.add(500);
      await settled();
      await rig.clock.step(1_000);
    }
    expect(rig.faults.length).toBeGreaterThanOrEqual(2);
    expect(rig.faults.length).toBeLessThanOrEqual(4);
  });
});

describe('a journal that cannot be read', () => {
  it('is told of with the reason, when a refusal asks the leader', async () => {
    const rig = await createRig();
    rig.journal.failReads(1);
    await rig.send({ type: 'look', name: 'a' });
    expect(rig.faults).toMatchObject([{ code: 'JOURNAL_UNREACHABLE' }]);
  });

  it('is told of with the reason, while a host finds out what is stored', async () => {
    const rig = await createRig();
    const { head, read } = rig.journal;
    const unread = () => {
      throw new Fault('JOURNAL_UNREACHABLE', 'nobody leads', { retriable: true });
    };
    Object.assign(rig.journal, { head: async () => (await head()) + 1, read: unread });
    const looked = rig.send({ type: 'look', name: 'a' });
    await settled();
    expect(rig.faults).toMatchObject([{ message: 'nobody leads' }]);
    Object.assign(rig.journal, { head, read });
    await rig.clock.step(100);
    expect(await looked).toMatchObject({ ok: true });
  });
});
