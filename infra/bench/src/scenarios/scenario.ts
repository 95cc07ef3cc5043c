import type { Goal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';

/** `short` is a first impression of everything in two minutes, `long` what takes its time. */
export type Size = 'short' | 'normal' | 'long';

/** What every scenario is told. */
export interface BenchContext {
  readonly size: Size;
  readonly rounds: number;
  readonly window: { readonly warmUpMs: number; readonly windowMs: number };
  /** Removed after the run. */
  readonly folder: string;
  /** Whether other engines are measured too. */
  readonly peers: boolean;
  /** Says what is going on, to whoever waits. */
  readonly say: (line: string) => void;
  /** What several scenarios of a run look at is measured once. */
  once<T>(key: string, measure: () => Promise<T>): Promise<T>;
}

/** Rounds of a scenario that has many windows, or long ones: a short run has half of them. */
export const roundsOf = ({ size, rounds }: BenchContext): number =>
  size === 'short' ? Math.ceil(rounds / 2) : rounds;

/** What a scenario found. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  /** What a reader of the table has to know. */
  readonly notes?: readonly string[];
}

export interface Scenario {
  /** P1 … P12. */
  readonly id: string;
  readonly title: string;
  readonly measure: (context: BenchContext) => Promise<Findings>;
}
