import type { Sample } from './sample.ts';
import { percentile } from './statistics.ts';
import { type Pids, watchUsage } from './usage.ts';

/** One operation of a load; resolves when its answer is there, with what is wrong with it if anything is. */
export type Operation = (number: number) => Promise<string | undefined>;

export interface WindowOptions {
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** The processes whose processor time counts. */
  readonly pids: Pids;
}

/** Keeps `inFlight` operations going, and measures those that end within the window after the warm-up. */
export const runWindow = async (operation: Operation, options: WindowOptions): Promise<Sample> => {
  const latencies: number[] = [];
  const reasons: Record<string, number> = {};
  let next = 0;
  let phase: 'warm-up' | 'measured' | 'over' = 'warm-up';

  const lane = async (): Promise<void> => {
    while (phase !== 'over') {
      const began = performance.now();
      const wrong = await operation(next++);
      if (phase !== 'measured') continue;
      latencies.push(performance.now() - began);
      if (wrong !== undefined) reasons[wrong] = (reasons[wrong] ?? 0) + 1;
    }
  };
  const lanes = Array.from({ length: options.inFlight }, lane);
  await elapsed(options.warmUpMs);
  const used = watchUsage(options.pids);
  phase = 'measured';
  await elapsed(options.windowMs);
  phase = 'over';
  const { seconds, cpuMicros, noise } = used(latencies.length);
  await Promise.all(lanes);
  const sorted = Float64Array.from(latencies).sort();
  return {
    operations: sorted.length,
    failures: Object.values(reasons).reduce((sum, count) => sum + count, 0),
    reasons,
    metrics: {
      perSecond: sorted.length / seconds,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
    },
    cpuMicros,
    noise,
  };
};

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
