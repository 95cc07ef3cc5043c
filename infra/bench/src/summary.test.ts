import { describe, expect, test } from 'vitest';
import { goalsOf, isMet } from './goals.ts';
import { percentile } from './statistics.ts';
import { summarise } from './summary.ts';
import type { WindowResult } from './window.ts';

const window = (result: Partial<WindowResult>): WindowResult => ({
  operations: 100,
  failures: 0,
  perSecond: 100,
  p50Ms: 1,
  p99Ms: 2,
  cpuMicros: { server: 1, worker: 1, requester: 1 },
  noise: 0,
  ...result,
});

const measured = (echo: Partial<WindowResult>, verdict: Partial<WindowResult>) =>
  goalsOf({
    modes: summarise(
      new Map([
        ['stock-echo/256', [window(echo)]],
        ['verdict/256', [window(verdict)]],
      ]),
    ),
  });

const missed = (goals: ReturnType<typeof goalsOf>): string[] =>
  goals.filter((goal) => !isMet(goal)).map((goal) => goal.name);

describe('the medians of a run', () => {
  test('one outlier among the rounds of a mode changes nothing', () => {
    const rounds = [window({ perSecond: 100 }), window({ perSecond: 5 }), window({ perSecond: 110 })];
    expect(summarise(new Map([['verdict/1', rounds]]))[0]?.perSecond).toBe(100);
  });

  test('failures are summed, not averaged away', () => {
    const rounds = [window({ failures: 0 }), window({ failures: 3 }), window({ failures: 0 })];
    expect(summarise(new Map([['verdict/1', rounds]]))[0]?.failures).toBe(3);
  });

  test('a percentile is a value that was measured', () => {
    expect(percentile(Float64Array.of(1, 2, 3, 4), 0.5)).toBe(2);
    expect(percentile(Float64Array.of(1, 2, 3, 4), 0.99)).toBe(4);
    expect(percentile(Float64Array.of(), 0.5)).toBeNaN();
  });
});

describe('the goals', () => {
  test('a verdict as fast as the echo, at 1.3 times its processor time, meets them', () => {
    const cpuMicros = { server: 1.3, worker: 1.3, requester: 1.3 };
    expect(missed(measured({}, { cpuMicros }))).toEqual([]);
  });

  test('a slower verdict misses the rate', () => {
    expect(missed(measured({}, { perSecond: 99 }))).toEqual(['d/a operations per second, 256 in flight']);
  });

  test('processor time counts in all processes together', () => {
    expect(missed(measured({}, { cpuMicros: { server: 3, worker: 1, requester: 0 } }))).toEqual([
      'd/a CPU of all processes, 256 in flight',
    ]);
  });

  test('a wrong answer misses a goal, however fast it came', () => {
    expect(missed(measured({}, { failures: 1 }))).toEqual(['requests without the wanted answer']);
  });

  test('what could not be measured meets nothing', () => {
    const memory = { idleBytes: Number.NaN, loadBytes: 1, loadSeconds: 1 };
    expect(missed(goalsOf({ modes: [], memory }))).toEqual(['memory of edict up, idle']);
  });
});
