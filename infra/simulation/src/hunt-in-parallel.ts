import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Hunt, hunt } from './hunt.ts';
import type { Variant } from './variants.ts';

/** The seeds that one worker runs. */
export interface Share {
  readonly from: number;
  readonly runs: number;
  /** The name of the variant; absent for the true system. */
  readonly variant?: string;
}

/** Fewer runs than this are done before another thread has started. */
const LEAST_SHARE = 50;

/** {@link hunt} on every processor. Runs share nothing, so who runs which seed makes no difference. */
export const huntInParallel = async (from: number, runs: number, variant?: Variant): Promise<Hunt> => {
  const workers = Math.max(1, Math.min(availableParallelism(), Math.floor(runs / LEAST_SHARE)));
  if (workers === 1) return hunt(from, runs, variant);
  const shares = Array.from({ length: workers }, (_, i): Share => {
    const begin = Math.floor((runs * i) / workers);
    const end = Math.floor((runs * (i + 1)) / workers);
    return { from: from + begin, runs: end - begin, ...(variant && { variant: variant.name }) };
  });
  const hunts = await Promise.all(shares.map(runShare));
  const sum = (count: (each: Hunt) => number): number =>
    hunts.reduce((total, each) => total + count(each), 0);
  return {
    runs,
    steps: sum((each) => each.steps),
    sent: sum((each) => each.sent),
    answered: sum((each) => each.answered),
    commits: sum((each) => each.commits),
    broken: hunts.flatMap(({ broken }) => broken),
  };
};

const runShare = (share: Share): Promise<Hunt> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hunt-worker.ts', import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
