/** What a window can show besides processor time. Times in the unit of the name, memory in bytes. */
export const METRICS = {
  perSecond: { label: 'op/s', better: 'more', digits: 0 },
  p50Ms: { label: 'p50 ms', better: 'less', digits: 2 },
  p99Ms: { label: 'p99 ms', better: 'less', digits: 2 },
  p50Micros: { label: 'p50 µs', better: 'less', digits: 2 },
  p99Micros: { label: 'p99 µs', better: 'less', digits: 2 },
  elapsedMs: { label: 'ms', better: 'less', digits: 0 },
  bytesEach: { label: 'bytes each', better: 'less', digits: 0 },
  megabytes: { label: 'MB', better: 'less', digits: 0 },
} as const;
export type Metric = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as Metric[];

/** What one window of one row showed. */
export interface Sample {
  readonly operations: number;
  /** Answers other than the wanted one: they are operations too, and a window with any is no measurement. */
  readonly failures: number;
  /** What was wrong with them, and how often. */
  readonly reasons?: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Partial<Record<Metric, number>>>;
  /** Processor microseconds per operation, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** Processors that others kept busy, and that the host withheld, on average: the noise of the window. */
  readonly noise: number;
}

/** One line of a scenario's table: the same thing, measured once per round. */
export interface Row {
  readonly name: string;
  /** What the others of the scenario are compared with. */
  readonly reference?: boolean;
  readonly samples: readonly Sample[];
}

/** Above this share of one processor, others disturb what is measured. */
export const NOTABLE_NOISE = 0.1;

export const isNoisy = ({ noise }: Sample): boolean => noise > NOTABLE_NOISE;

/** Processor microseconds per operation, all processes together. */
export const totalCpu = ({ cpuMicros }: Sample): number =>
  Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0);
