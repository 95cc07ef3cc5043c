import { describe, expect, test } from 'vitest';
import { column, cpuColumn, failuresGoal, isMet, ratioGoal, rowOf, valueGoal } from './goals.ts';
import { measureRounds } from './rounds.ts';
import type { Row, Sample } from './sample.ts';
import { percentile, spreadOf } from './statistics.ts';

const sample = (changes: Partial<Sample> = {}): Sample => ({
  operations: 100,
  failures: 0,
  metrics: { perSecond: 100 },
  cpuMicros: { server: 1, worker: 1, requester: 1 },
  noise: 0,
  ...changes,
});

const row = (name: string, rates: readonly number[]): Row => ({
  name,
  samples: rates.map((perSecond) => sample({ metrics: { perSecond } })),
});

describe('statistics', () => {
  test('a percentile is a value that was measured', () => {
    expect(percentile(Float64Array.of(1, 2, 3, 4), 0.5)).toBe(2);
    expect(percentile(Float64Array.of(1, 2, 3, 4), 0.99)).toBe(4);
    expect(percentile(Float64Array.of(), 0.5)).toBeNaN();
  });

  test('quartiles lie between the values around them, whatever their order', () => {
    expect(spreadOf([40, 10, 30, 20])).toEqual({ low: 17.5, median: 25, high: 32.5 });
    expect(spreadOf([7])).toEqual({ low: 7, median: 7, high: 7 });
    expect(spreadOf([]).median).toBeNaN();
  });

  test('one outlier among the rounds moves the median by nothing', () => {
    expect(spreadOf([100, 5, 110]).median).toBe(100);
  });
});

describe('rounds', () => {
  test('every variant gets one window per round, and every other round goes backwards', async () => {
    const order: string[] = [];
    const variant = (name: string) => ({
      name,
      sample: async () => {
        order.push(name);
        return sample();
      },
    });
    const rows = await measureRounds(3, [{ ...variant('a'), reference: true }, variant('b')]);
    expect(order.join('')).toBe('abbaab');
    expect(rows.map(({ name, samples }) => `${name}${samples.length}`)).toEqual(['a3', 'b3']);
    expect(rows.map(({ reference }) => reference)).toEqual([true, undefined]);
  });
});

describe('goals', () => {
  const bound = { name: 'rate', bound: 1.2, direction: 'at least' } as const;
  const rate = column('perSecond');

  test('a ratio is taken within each round: a slow minute slows both', () => {
    const goal = ratioGoal(bound, row('verdict', [130, 65, 130]), row('echo', [100, 50, 100]), rate);
    expect(goal.measured).toEqual({ low: 1.3, median: 1.3, high: 1.3 });
    expect(isMet(goal)).toBe(true);
  });

  test('what is slower than wanted misses', () => {
    expect(isMet(ratioGoal(bound, row('verdict', [119]), row('echo', [100]), rate))).toBe(false);
  });

  test('processor time counts in all processes together', () => {
    const busy = { name: 'v', samples: [sample({ cpuMicros: { server: 3, worker: 1, requester: 0 } })] };
    const goal = valueGoal({ name: 'CPU', bound: 3, direction: 'at most', unit: 'µs' }, busy, cpuColumn);
    expect([goal.measured.median, isMet(goal)]).toEqual([4, false]);
  });

  test('what was not measured meets nothing, in either direction', () => {
    const unmeasured = { name: 'v', samples: [sample({ metrics: {} })] };
    for (const direction of ['at least', 'at most'] as const) {
      expect(isMet(valueGoal({ ...bound, direction, unit: '/s' }, unmeasured, rate))).toBe(false);
    }
    expect(isMet(ratioGoal(bound, row('more rounds', [1, 1]), row('one', [1]), rate))).toBe(false);
  });

  test('a wrong answer in any window misses, however fast it came', () => {
    const rows = [{ name: 'v', samples: [sample(), sample({ failures: 1 }), sample()] }];
    expect([isMet(failuresGoal(rows)), failuresGoal(rows).measured.median]).toEqual([false, 1]);
  });

  test('a row that a scenario misspells is named', () => {
    expect(() => rowOf([row('echo', [1])], 'eccho')).toThrow('no row is called eccho: echo');
  });
});
