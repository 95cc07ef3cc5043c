import { describe, expect, it } from 'vitest';
import { createClockGuard } from './clock-guard.ts';
import { createStepClock } from './testing/index.ts';

const guarded = async (start: { brokerAhead?: number; fails?: boolean } = {}) => {
  const clock = createStepClock();
  const broker = createStepClock();
  const world = { brokerAhead: start.brokerAhead ?? 0, fails: start.fails ?? false, probes: 0 };
  const guard = await createClockGuard({
    clock,
    probe: async () => {
      world.probes += 1;
      if (world.fails) throw new Error('no broker');
      return broker.now() + clock.monotonic() + world.brokerAhead;
    },
  });
  return { guard, clock, world };
};

describe('the clock guard', () => {
  it.each([
    ['equal', 0],
    ['2 s ahead', 2_000],
    ['2 s behind', -2_000],
  ])('lets a process decide whose broker’s clock is %s', async (_case, brokerAhead) => {
    expect((await guarded({ brokerAhead })).guard.refusal()).toBeUndefined();
  });

  it.each([
    ['behind', 2_001, '2001 ms behind'],
    ['ahead of', -3_600_000, '3600000 ms ahead of'],
  ])('refuses with CLOCK_SKEWED when the process is %s the broker', async (_case, brokerAhead, message) => {
    expect((await guarded({ brokerAhead })).guard.refusal()).toEqual({
      code: 'CLOCK_SKEWED',
      message: expect.stringContaining(message),
    });
  });

  it('looks every second, refuses once it does not fit, and resumes once it does', async () => {
    const { guard, clock, world } = await guarded();
    world.brokerAhead = 60_000;
    await clock.step(1_000);
    expect(guard.refusal()?.code).toBe('CLOCK_SKEWED');
    world.brokerAhead = 0;
    await clock.step(1_000);
    expect([guard.refusal(), world.probes]).toEqual([undefined, 3]);
  });

  it('notices a jump of the wall clock before the next look', async () => {
    const { guard, clock, world } = await guarded();
    clock.setWall(clock.now() + 3_600_000);
    expect([guard.refusal()?.code, world.probes]).toEqual(['CLOCK_SKEWED', 1]);
  });

  it('forgives a broker that cannot be asked for a while, but not for more than 30 s', async () => {
    const { guard, clock, world } = await guarded();
    world.fails = true;
    await clock.step(30_000);
    expect(guard.refusal()).toBeUndefined();
    await clock.step(1_000);
    expect(guard.refusal()?.code).toBe('UNAVAILABLE');
    world.fails = false;
    await guard.look();
    expect(guard.refusal()).toBeUndefined();
  });

  it('lets nothing through before the first comparison', async () => {
    expect((await guarded({ fails: true })).guard.refusal()?.code).toBe('UNAVAILABLE');
  });

  it('looks no more once it is stopped', async () => {
    const { guard, clock, world } = await guarded();
    guard.stop();
    await clock.step(10_000);
    expect(world.probes).toBe(1);
  });
});
