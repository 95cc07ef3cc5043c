import { type Metric, type Row, type Sample, totalCpu } from './sample.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** A promise about speed or size, and what this run says about it. */
export interface Goal {
  readonly name: string;
  readonly measured: Spread;
  readonly bound: number;
  readonly direction: 'at least' | 'at most';
  readonly unit: '×' | 'ms' | 'µs' | 'bytes' | '/s' | 'failures' | 'MB';
}

export type Bound = Pick<Goal, 'name' | 'bound' | 'direction' | 'unit'>;

/** A column of a sample; NaN where it was not measured, which meets nothing. */
export type Column = (sample: Sample) => number;
export const column =
  (metric: Metric): Column =>
  ({ metrics }) =>
    metrics[metric] ?? Number.NaN;

/** By its median. */
export const isMet = ({ measured, bound, direction }: Goal): boolean =>
  direction === 'at least' ? measured.median >= bound : measured.median <= bound;

/** A row's own figure against a bound. */
export const valueGoal = (bound: Bound, row: Row, of: Column): Goal => ({
  ...bound,
  measured: spreadOf(row.samples.map(of)),
});

/** A row as a multiple of another, round by round: what disturbed a round disturbed both. */
export const ratioGoal = (bound: Omit<Bound, 'unit'>, row: Row, to: Row, of: Column): Goal => ({
  ...bound,
  unit: '×',
  measured: spreadOf(row.samples.map((sample, round) => of(sample) / of(to.samples[round] ?? NOTHING))),
});

const NOTHING: Sample = { operations: 0, failures: 0, metrics: {}, cpuMicros: {}, noise: 0 };

/** Holds for every scenario: a fast wrong answer is no answer. */
export const failuresGoal = (rows: readonly Row[]): Goal => {
  const failures = rows.flatMap(({ samples }) => samples).reduce((sum, sample) => sum + sample.failures, 0);
  return {
    name: 'without the wanted answer',
    measured: { low: failures, median: failures, high: failures },
    bound: 0,
    direction: 'at most',
    unit: 'failures',
  };
};

export const cpuColumn: Column = totalCpu;

/** The row of a name; throws when a scenario misspells its own. */
export const rowOf = (rows: readonly Row[], name: string): Row => {
  const row = rows.find((each) => each.name === name);
  if (row === undefined)
    throw new Error(`no row is called ${name}: ${rows.map((each) => each.name).join(', ')}`);
  return row;
};
