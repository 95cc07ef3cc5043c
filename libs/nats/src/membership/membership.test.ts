import { type Clock, systemClock } from '@edict/journal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, type EdgeConnection } from '../connections.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { parseBeat } from './beat.ts';
import { createMemberTable } from './member-table.ts';
import { joinMembership } from './membership.ts';
import { createPunctuality } from './punctuality.ts';
import { ownerAmong } from './rendezvous.ts';

const incarnations = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 8 });

describe('rendezvous hashing', () => {
  it('gives the same owner whatever the order in which members became known', () => {
    fc.assert(
      fc.property(incarnations, fc.string(), (members, key) => {
        expect(ownerAmong([...members].reverse(), key)).toBe(ownerAmong(members, key));
      }),
    );
  });

  it('moves only the keys of a member that goes', () => {
    fc.assert(
      fc.property(incarnations, fc.string(), fc.nat(), (members, key, pick) => {
        const gone = members[pick % members.length];
        const before = ownerAmong(members, key);
        const after = ownerAmong(
          members.filter((member) => member !== gone),
          key,
        );
        if (before !== gone) expect(after).toBe(before);
      }),
    );
  });

  it('shares partitions out: of 1,000 among four, everybody gets between 150 and 350', () => {
    const members = ['enforcer-a', 'enforcer-b', 'enforcer-c', 'enforcer-d'];
    const shares = new Map(members.map((member) => [member, 0]));
    for (let key = 0; key < 1_000; key++) {
      const owner = ownerAmong(members, `enforcer\u0000${key}`) ?? '';
      shares.set(owner, (shares.get(owner) ?? 0) + 1);
    }
    for (const share of shares.values()) {
      expect(share).toBeGreaterThan(150);
      expect(share).toBeLessThan(350);
    }
  });
});

describe('the member table', () => {
  const member = (incarnation: string, ...services: string[]) => ({ incarnation, services });

  it('counts a member as gone after 2 s without a heartbeat, not before', () => {
    const table = createMemberTable(2_000);
    expect(table.heard(member('a', 'enforcer'), 0)).toBe(true);
    expect(table.heard(member('a', 'enforcer'), 500)).toBe(false);
    expect(table.expire(2_499)).toBe(false);
    expect(table.owner('enforcer', 0)).toBe('a');
    expect(table.expire(2_500)).toBe(true);
    expect(table.owner('enforcer', 0)).toBeUndefined();
  });

  it('gives keys only to members that host the service', () => {
    const table = createMemberTable(2_000);
    table.heard(member('a', 'enforcer'), 0);
    table.heard(member('b', 'aggregator'), 0);
    for (let partition = 0; partition < 16; partition++) {
      expect(table.owner('enforcer', partition)).toBe('a');
      expect(table.owner('aggregator', partition)).toBe('b');
      expect(table.owner('projector', partition)).toBeUndefined();
    }
  });

  it('forgets a member at once when it says goodbye', () => {
    const table = createMemberTable(2_000);
    table.heard(member('a', 'enforcer'), 0);
    expect(table.owner('enforcer', 1)).toBe('a');
    expect(table.left('a')).toBe(true);
    expect(table.left('a')).toBe(false);
    expect(table.owner('enforcer', 1)).toBeUndefined();
  });
});

describe('punctuality', () => {
  it('is late from 1 s after a tick was due, without waiting for the tick', () => {
    const punctuality = createPunctuality(500, 1_000, 0);
    expect(punctuality.late(1_500)).toBe(false);
    expect(punctuality.late(1_501)).toBe(true);
  });

  it('stays late until the tick after the late one, which begins a new life', () => {
    const punctuality = createPunctuality(500, 1_000, 0);
    expect(punctuality.tick(5_000)).toBe(false);
    expect(punctuality.late(5_001)).toBe(true);
    expect(punctuality.tick(5_500)).toBe(true);
    expect(punctuality.late(5_501)).toBe(false);
    expect(punctuality.tick(6_000)).toBe(false);
  });
});

describe('a heartbeat', () => {
  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"incarnation":"a.b","services":[],"at":1}',
    '{"incarnation":"a","services":[1],"at":1}',
  ])('is ignored when it is %j', (text) => {
    expect(parseBeat(text)).toBeUndefined();
  });
});

describe('members on one bus', () => {
  let nats: TestNats;
  let edges: EdgeConnection[];
  let lives = 0;
  beforeAll(async () => {
    nats = await startTestNats();
    edges = await Promise.all(['a', 'b'].map((name) => connectEdge({ url: nats.url, name })));
  });
  afterAll(async () => {
    await Promise.all(edges.map((edge) => edge.close()));
    await nats.stop();
  });

  const join = (edge: EdgeConnection | undefined, name: string, clock = systemClock) => {
    if (edge === undefined) throw new Error('no connection');
    return joinMembership({ edge, clock, services: [name], newIncarnation: () => `${name}-${lives++}` });
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('know each other as soon as the second has joined, agree on every owner, and part at once', async () => {
    const first = await join(edges[0], 'alike');
    expect(first.owns('alike', 3)).toBe(true);
    const second = await join(edges[1], 'alike');
    await until(() => first.members().length === 2);
    expect(second.members()).toHaveLength(2);
    for (let partition = 0; partition < 32; partition++) {
      expect(second.owner('alike', partition)).toBe(first.owner('alike', partition));
      expect(first.owns('alike', partition)).toBe(!second.owns('alike', partition));
    }
    const told = new Promise<void>((resolve) => first.onChange(resolve));
    await second.leave();
    await told;
    expect(first.members()).toHaveLength(1);
    expect(first.owns('alike', 3)).toBe(true);
    await first.leave();
  });

  it('lose one that falls silent after 2 s of their own clock', async () => {
    const clock = manualClock();
    const watcher = await joinWith(clock, edges[0], 'watcher');
    edges[1]?.nc.publish(
      'edict.v1.beat',
      JSON.stringify({ incarnation: 'ghost', services: ['ghost'], at: 0 }),
    );
    await until(() => watcher.members().length === 2);
    for (let passed = 0; passed < 1_500; passed += 500) clock.pass(500);
    expect(watcher.owner('ghost', 0)).toBe('ghost');
    clock.pass(500);
    expect(watcher.members()).toHaveLength(1);
    await watcher.leave();
  });

  it('answer for nothing while they were frozen, and come back under a new incarnation', async () => {
    const clock = manualClock();
    const member = await joinWith(clock, edges[0], 'frozen');
    edges[1]?.nc.publish('edict.v1.beat', JSON.stringify({ incarnation: 'peer', services: ['peer'], at: 0 }));
    await until(() => member.members().length === 2);
    const before = member.incarnation();
    expect(member.late()).toBe(false);
    clock.freeze(5_000);
    expect(member.late()).toBe(true);
    clock.pass(0);
    expect(member.late()).toBe(true);
    expect(member.incarnation()).toBe(before);
    expect(member.owner('peer', 1)).toBe('peer');
    let told = 0;
    member.onChange(() => told++);
    clock.pass(500);
    expect(told).toBe(1);
    expect(member.late()).toBe(false);
    expect(member.incarnation()).not.toBe(before);
    expect(member.owns('frozen', 1)).toBe(true);
    await member.leave();
  });

  const joinWith = async (
    clock: ReturnType<typeof manualClock>,
    edge: EdgeConnection | undefined,
    name: string,
  ) => {
    const joining = join(edge, name, clock);
    await until(() => clock.waiting() === 2);
    clock.pass(50);
    return joining;
  };
});

/** A clock that a test moves: with its timers, or past them as a frozen process finds it. */
const manualClock = () => {
  let time = 0;
  const timers = new Map<() => void, number>();
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    after: (ms, run) => {
      timers.set(run, time + ms);
      return () => void timers.delete(run);
    },
  };
  const freeze = (ms: number): void => {
    time += ms;
  };
  const pass = (ms: number): void => {
    freeze(ms);
    for (const [run, at] of [...timers]) if (at <= time && timers.delete(run)) run();
  };
  return { ...clock, freeze, pass, waiting: () => timers.size };
};
