import { describe, expect, test } from 'vitest';
import type { Row, Sample } from '../measure/sample.ts';
import type { ResultFile } from '../report/result-file.ts';
import { changeLines } from './compare-files.ts';
import { compareResults } from './compare-results.ts';

const header = {
  at: '2026-01-01T00:00:00.000Z',
  commit: 'abc',
  cpu: 'cpu',
  cpus: 2,
  memoryGb: 8,
  system: 'linux',
  node: 'v24',
  natsServer: '2.15.1',
  size: 'normal',
  rounds: 5,
  warmUpMs: 1,
  windowMs: 1,
};

const window = (perSecond: number, worker: number, noise = 0): Sample => ({
  operations: 10,
  failures: 0,
  metrics: { perSecond },
  cpuMicros: { server: 10, worker },
  noise,
});

const result = (samples: readonly Sample[], name = 'verdict'): ResultFile => {
  const rows: Row[] = [{ name, samples }];
  return { format: 1, header, scenarios: [{ id: 'P1', title: 'verdicts', rows, goals: [] }] };
};

const steady = (worker: number): Sample[] =>
  [1, 2, 3, 4, 5].map((step) => window(1_000 + step, worker + step / 10));

describe('the comparison of two runs', () => {
  test('processor time comes first: all processes, each of them, then rates', () => {
    const columns = compareResults(result(steady(40)), result(steady(40))).map(({ column }) => column);
    expect(columns).toEqual(['CPU all µs', 'CPU server µs', 'CPU worker µs', 'op/s']);
  });

  test('medians that lie further apart than the quartiles of either run have changed', () => {
    const changes = compareResults(result(steady(40)), result(steady(30)));
    const worker = changes.find(({ column }) => column === 'CPU worker µs');
    expect(worker).toMatchObject({ beyondNoise: true, verdict: 'better' });
    expect(worker?.share).toBeCloseTo(-10 / 40.3);
    expect(changes.find(({ column }) => column === 'op/s')).toMatchObject({ beyondNoise: false });
  });

  test('less of a rate is worse, less processor time is better', () => {
    const slower = compareResults(
      result([9, 9, 9].map((rate) => window(rate, 9))),
      result([5, 5, 5].map((rate) => window(rate, 5))),
    );
    expect(
      slower.filter(({ beyondNoise }) => beyondNoise).map(({ column, verdict }) => `${column} ${verdict}`),
    ).toEqual(['CPU all µs better', 'CPU worker µs better', 'op/s worse']);
  });

  test('a difference within the spread of either run is no change', () => {
    const wide = [10, 20, 30, 40, 50].map((worker) => window(1_000, worker));
    expect(compareResults(result(wide), result(steady(38))).some(({ beyondNoise }) => beyondNoise)).toBe(
      false,
    );
  });

  test('one or two rounds show no spread, so nothing is claimed of them', () => {
    expect(
      compareResults(result([window(1, 1)]), result([window(9, 9)])).some(({ beyondNoise }) => beyondNoise),
    ).toBe(false);
  });

  test('rows and columns that only one run has are left out', () => {
    expect(compareResults(result(steady(1)), result(steady(1), 'another'))).toEqual([]);
    expect(changeLines([], false).join()).toContain('no row in common');
  });
});

describe('the table of changes', () => {
  test('shows what changed, says how much did not, and marks what others disturbed', () => {
    const noisy = steady(30).map((sample) => ({ ...sample, noise: 0.5 }));
    const text = changeLines(compareResults(result(steady(40)), result(noisy)), false).join('\n');
    expect(text).toMatch(/P1 verdict: CPU worker µs ~ +40\.3 .* 30\.3 .* -24\.8 % +better/);
    expect(text).not.toContain('op/s');
    expect(text).toContain('2 of 4 figures changed by less than the spread');
    expect(text).toContain('disturbed by other processes');
  });

  test('shows all of it when asked', () => {
    const text = changeLines(compareResults(result(steady(40)), result(steady(40))), true).join('\n');
    expect(text).toMatch(/op\/s +1,003 .* within the noise/);
  });
});
