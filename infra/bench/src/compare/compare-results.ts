import { isNoisy, METRIC_NAMES, METRICS, type Row, type Sample, totalCpu } from '../measure/sample.ts';
import { type Spread, spreadOf } from '../measure/statistics.ts';
import type { ResultFile } from '../report/result-file.ts';

/** One column of one row in two runs. */
export interface Change {
  readonly scenario: string;
  readonly row: string;
  readonly column: string;
  readonly digits: number;
  readonly before: Spread;
  readonly after: Spread;
  /** The difference of the medians as a share of the first. */
  readonly share: number;
  /** Whether the medians lie further apart than either run's own quartiles, and by 2 % at least. */
  readonly beyondNoise: boolean;
  readonly verdict: 'better' | 'worse';
  /** Whether most windows of either were disturbed by others. */
  readonly noisy: boolean;
}

/** Two runs of the same code differ by so much even when each is steady in itself. */
const ALWAYS = 0.02;

interface Column {
  readonly name: string;
  readonly digits: number;
  readonly better: 'more' | 'less';
  readonly of: (sample: Sample) => number | undefined;
}

/** Every column that both runs measured. Processor time comes first: it is the steadier figure on a busy machine. */
export const compareResults = (before: ResultFile, after: ResultFile): Change[] =>
  before.scenarios.flatMap(({ id, rows }) => {
    const others = after.scenarios.find((scenario) => scenario.id === id)?.rows ?? [];
    return rows.flatMap((row) => {
      const other = others.find(({ name }) => name === row.name);
      return other === undefined ? [] : compareRows(id, row, other);
    });
  });

const compareRows = (scenario: string, before: Row, after: Row): Change[] =>
  columnsOf(before).flatMap((column) => {
    const [a, b] = [valuesOf(before, column), valuesOf(after, column)];
    if (a.length === 0 || b.length === 0) return [];
    const noisy = isMostlyNoisy(before) || isMostlyNoisy(after);
    return [{ scenario, row: before.name, noisy, ...compareColumn(column, a, b) }];
  });

const columnsOf = ({ samples }: Row): Column[] => {
  const roles = [...new Set(samples.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  const cpu = (name: string, of: Column['of']): Column => ({ name, of, digits: 1, better: 'less' });
  return [
    ...(roles.length > 1 ? [cpu('CPU all µs', totalCpu)] : []),
    ...roles.map((role) => cpu(`CPU ${role} µs`, ({ cpuMicros }) => cpuMicros[role])),
    ...METRIC_NAMES.map((name) => ({ ...METRICS[name], name: METRICS[name].label, of: metricOf(name) })),
  ];
};

const metricOf =
  (name: (typeof METRIC_NAMES)[number]): Column['of'] =>
  ({ metrics }) =>
    metrics[name];

const valuesOf = ({ samples }: Row, { of }: Column): number[] =>
  samples.flatMap((sample) => {
    const value = of(sample);
    return value === undefined || Number.isNaN(value) ? [] : [value];
  });

const isMostlyNoisy = ({ samples }: Row): boolean => samples.filter(isNoisy).length * 2 > samples.length;

const compareColumn = (
  { name, digits, better }: Column,
  a: readonly number[],
  b: readonly number[],
): Omit<Change, 'scenario' | 'row' | 'noisy'> => {
  const [before, after] = [spreadOf(a), spreadOf(b)];
  const difference = after.median - before.median;
  const share = difference / before.median;
  const width = Math.max(before.high - before.low, after.high - after.low);
  const improved = better === 'more' ? difference > 0 : difference < 0;
  return {
    column: name,
    digits,
    before,
    after,
    share,
    // One or two windows have no spread to speak of.
    beyondNoise:
      Math.min(a.length, b.length) >= 3 && Math.abs(difference) > width && Math.abs(share) >= ALWAYS,
    verdict: improved ? 'better' : 'worse',
  };
};
