import { find, type ModeSummary, totalCpu } from './summary.ts';

/** Everything that one run measured. Times in the unit of the name, sizes in bytes. */
export interface Measurements {
  readonly modes: readonly ModeSummary[];
  readonly saves?: { readonly count: number; readonly p50Ms: number; readonly p99Ms: number };
  readonly evaluation?: { readonly rules: number; readonly p50Micros: number; readonly p99Micros: number };
  readonly memory?: { readonly idleBytes: number; readonly loadBytes: number; readonly loadSeconds: number };
}

/** A promise about speed or size, and what this run says about it. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly direction: 'at least' | 'at most';
  readonly unit: '×' | 'ms' | 'µs' | 'MB' | 'failures';
}

const MEGABYTE = 1e6;

/** A value that could not be measured is NaN, and meets nothing. */
export const isMet = ({ value, bound, direction }: Goal): boolean =>
  direction === 'at least' ? value >= bound : value <= bound;

/** The goals that this run has something to say about. */
export const goalsOf = ({ modes, saves, evaluation, memory }: Measurements): Goal[] => {
  const goals: Goal[] = [];
  const atMost = (name: string, value: number, bound: number, unit: Goal['unit']): void => {
    goals.push({ name, value, bound, direction: 'at most', unit });
  };
  const echo = find(modes, 'stock-echo', 256);
  const verdict = find(modes, 'verdict', 256);
  if (echo !== undefined && verdict !== undefined) {
    const value = verdict.perSecond / echo.perSecond;
    goals.push({
      name: 'd/a operations per second, 256 in flight',
      value,
      bound: 1,
      direction: 'at least',
      unit: '×',
    });
    atMost('d/a CPU of all processes, 256 in flight', totalCpu(verdict) / totalCpu(echo), 1.3, '×');
  }
  const echoAlone = find(modes, 'stock-echo', 1);
  const verdictAlone = find(modes, 'verdict', 1);
  if (echoAlone !== undefined && verdictAlone !== undefined) {
    atMost('d/a p50, 1 in flight', verdictAlone.p50Ms / echoAlone.p50Ms, 2, '×');
  }
  const failures = modes.reduce((sum, mode) => sum + mode.failures, 0);
  atMost('requests without the wanted answer', failures, 0, 'failures');
  if (saves !== undefined) atMost('save → enforced p99', saves.p99Ms, 10, 'ms');
  if (evaluation !== undefined) atMost('evaluating 1,000 rules p50', evaluation.p50Micros, 5, 'µs');
  if (memory !== undefined) {
    atMost('memory of edict up, idle', memory.idleBytes / MEGABYTE, 250, 'MB');
    atMost('memory of edict up, under load', memory.loadBytes / MEGABYTE, 500, 'MB');
  }
  return goals;
};
