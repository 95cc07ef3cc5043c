import { partitionOf } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownOwner } from './known-owner.ts';
import { createKnownOwners, type RequestKey } from './known-owners.ts';
import { ownersText, readOwners } from './owners-header.ts';

const SUBJECT = 'edict.v1.decide.team=20a';
const addressAt = (member: string): string => `edict.v1.member.${member}.decide.team=20a`;

/** Keys of two partitions, by the partition that they are in. */
const inPartition = (partition: number): RequestKey => {
  for (let i = 0; ; i++) {
    const key = `key-${i}`;
    if (partitionOf(key, 2) === partition) return { kind: 'verdicts', key };
  }
};

/** A clock that stands until the test lets time pass; timers whose time is up then run, late when it slept. */
const steppedClock = () => {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  const runDue = (): void => {
    const due = timers.filter(({ at }) => at <= time);
    timers = timers.filter(({ at }) => at > time);
    for (const { run } of due) run();
  };
  return {
    clock: {
      monotonic: () => time,
      after: (ms: number, run: () => void) => {
        timers.push({ at: time + ms, run });
        return () => {};
      },
    },
    pass: (ms: number) => {
      for (let i = 0; i < ms; i++) {
        time += 1;
        runDue();
      }
    },
    sleep: (ms: number) => {
      time += ms;
      runDue();
    },
  };
};

/** Owners of two partitions. */
const scene = () => {
  const { clock, pass, sleep } = steppedClock();
  const avoided: string[] = [];
  const owners = createKnownOwners(clock, (owner) => avoided.push(...owner.addresses()));
  return {
    tell: (first: string | undefined, second: string | undefined) =>
      owners.learn(ownersText({ kind: 'verdicts', members: [first, second] })),
    ownerOf: (partition: number): KnownOwner | undefined => owners.of(inPartition(partition)),
    addressOf: (partition: number) => owners.of(inPartition(partition))?.addressFor(SUBJECT),
    avoided,
    pass,
    sleep,
    owners,
  };
};

describe('known owners', () => {
  it('are those that were told last, partition by partition', () => {
    const { tell, addressOf } = scene();
    expect(addressOf(0)).toBeUndefined();
    tell('a-1', 'b-1');
    expect([addressOf(0), addressOf(1)]).toEqual([addressAt('a-1'), addressAt('b-1')]);
    tell('b-1', undefined);
    expect([addressOf(0), addressOf(1)]).toEqual([addressAt('b-1'), undefined]);
  });

  it('of one kind of journal say nothing about another', () => {
    const { tell, owners } = scene();
    tell('a-1', 'b-1');
    expect(owners.of({ ...inPartition(0), kind: 'sessions' })).toBeUndefined();
  });

  it('are not asked for an agent with an identity of its own, which a private address would lose', () => {
    const { tell, ownerOf } = scene();
    tell('a-1', 'b-1');
    expect(ownerOf(0)?.addressFor('edict.v1.as.analyst.decide.w')).toBeUndefined();
    expect(ownerOf(0)?.addressFor('somewhere.else')).toBeUndefined();
  });

  it('are left alone when they owe an answer for half a second, until the others have noticed', () => {
    const { tell, ownerOf, addressOf, avoided, pass } = scene();
    tell('a-1', 'b-1');
    expect([addressOf(0), addressOf(1)]).toEqual([addressAt('a-1'), addressAt('b-1')]);
    ownerOf(0)?.asked();
    pass(499);
    expect(avoided).toEqual([]);
    pass(1);
    expect(avoided).toEqual([addressAt('a-1')]);
    expect([addressOf(0), addressOf(1)]).toEqual([undefined, addressAt('b-1')]);
    pass(2_499);
    tell('a-1', 'b-1');
    expect(addressOf(0)).toBeUndefined();
    pass(1);
    tell('a-1', 'b-1');
    expect(addressOf(0)).toBe(addressAt('a-1'));
  });

  it('are not silent while they answer somebody, or while nobody asks', () => {
    const { tell, ownerOf, avoided, pass } = scene();
    tell('a-1', 'b-1');
    pass(10_000);
    const owner = ownerOf(0);
    owner?.asked();
    owner?.asked();
    pass(400);
    owner?.settled(true);
    pass(400);
    owner?.settled(true);
    pass(10_000);
    owner?.asked();
    pass(400);
    expect(avoided).toEqual([]);
    pass(100);
    expect(ownerOf(0)).toBeUndefined();
  });

  it('are silent when all that they were asked was given up soon', () => {
    const { tell, ownerOf, pass } = scene();
    tell('a-1', 'b-1');
    const owner = ownerOf(0);
    owner?.asked();
    pass(50);
    owner?.settled(false);
    pass(450);
    expect(ownerOf(0)).toBeUndefined();
  });

  it('are noticed to be silent although replies have named others since', () => {
    const { tell, ownerOf, addressOf, avoided, pass } = scene();
    tell('a-1', 'b-1');
    addressOf(0);
    ownerOf(0)?.asked();
    pass(300);
    tell('c-1', 'b-1');
    pass(200);
    expect(avoided).toEqual([addressAt('a-1')]);
    expect(addressOf(0)).toBe(addressAt('c-1'));
  });

  it('are not silent because this process itself has slept', () => {
    const { tell, ownerOf, pass, sleep } = scene();
    tell('a-1', 'b-1');
    ownerOf(0)?.asked();
    sleep(3_000);
    expect(ownerOf(0)).toBeDefined();
    pass(500);
    expect(ownerOf(0)).toBeUndefined();
  });

  it('are nobody for good, once the credentials do not reach them', () => {
    const { tell, owners, addressOf } = scene();
    tell('a-1', 'b-1');
    owners.giveUp();
    tell('a-1', 'b-1');
    expect(addressOf(0)).toBeUndefined();
  });
});

describe('the header that tells owners', () => {
  it('says what was written into it', () => {
    const member = fc.option(fc.stringMatching(/^[a-z0-9]{1,16}-[a-z0-9]{1,4}$/), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom('verdicts' as const, 'sessions' as const),
        fc.array(member, { minLength: 1, maxLength: 64 }),
        (kind, members) => {
          expect(readOwners(ownersText({ kind, members }))).toEqual({ kind, members });
        },
      ),
    );
  });

  it.each(['', 'verdicts', 'nothing a-1', 'verdicts a.b', 'verdicts >', 'verdicts a-1  b-1'])(
    'is nothing when it is %j: names become part of an address',
    (text) => expect(readOwners(text)).toBeUndefined(),
  );
});
