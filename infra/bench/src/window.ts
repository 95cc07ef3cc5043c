import { machineMicros, processMicros } from './processor-time.ts';
import { percentile } from './statistics.ts';

/** One operation of a load; resolves when its answer is there, with whether it was the wanted one. */
export type Operation = (number: number) => Promise<boolean>;

export interface WindowOptions {
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** The processes whose processor time counts, by role. */
  readonly pids: Readonly<Record<string, number>>;
}

/** What one window of load showed. */
export interface WindowResult {
  readonly operations: number;
  /** Answers other than the wanted one: they are operations too, and a window with any is no measurement. */
  readonly failures: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor microseconds per operation, by role. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** Share of the machine's time that others used, and that its host withheld: the noise of the window. */
  readonly noise: number;
}

interface Reading {
  readonly at: number;
  readonly byRole: Readonly<Record<string, number>>;
  readonly busy: number;
  readonly stolen: number;
}

const read = (pids: Readonly<Record<string, number>>): Reading => ({
  at: performance.now(),
  byRole: Object.fromEntries(Object.entries(pids).map(([role, pid]) => [role, processMicros(pid)])),
  ...machineMicros(),
});

/** Keeps `inFlight` operations going, and measures those that end within the window after the warm-up. */
export const runWindow = async (operation: Operation, options: WindowOptions): Promise<WindowResult> => {
  const latencies: number[] = [];
  let failures = 0;
  let next = 0;
  let phase: 'warm-up' | 'measured' | 'over' = 'warm-up';

  const lane = async (): Promise<void> => {
    while (phase !== 'over') {
      const began = performance.now();
      const wanted = await operation(next++);
      if (phase !== 'measured') continue;
      latencies.push(performance.now() - began);
      if (!wanted) failures++;
    }
  };
  const lanes = Array.from({ length: options.inFlight }, lane);
  await elapsed(options.warmUpMs);
  const before = read(options.pids);
  phase = 'measured';
  await elapsed(options.windowMs);
  phase = 'over';
  const after = read(options.pids);
  await Promise.all(lanes);
  return summarise(latencies, failures, before, after);
};

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const summarise = (latencies: number[], failures: number, before: Reading, after: Reading): WindowResult => {
  const sorted = Float64Array.from(latencies).sort();
  const seconds = (after.at - before.at) / 1000;
  const used = Object.entries(after.byRole).map(
    ([role, micros]) => [role, micros - (before.byRole[role] ?? 0)] as const,
  );
  const ours = used.reduce((sum, [, micros]) => sum + micros, 0);
  const others = after.busy - before.busy - ours + (after.stolen - before.stolen);
  return {
    operations: sorted.length,
    failures,
    perSecond: sorted.length / seconds,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuMicros: Object.fromEntries(used.map(([role, micros]) => [role, micros / sorted.length])),
    noise: Math.max(0, others / 1e6 / seconds),
  };
};
