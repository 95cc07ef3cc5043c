import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Somebody who sends from a thread of their own until told to stop, and then says what came of it. */
export const inWorker = <R>(
  script: './flood.ts' | './paced.ts',
  settings: unknown,
): { stop(): Promise<R> } => {
  const worker = new Worker(new URL(script, import.meta.url), { workerData: settings });
  return {
    stop: async () => {
      worker.postMessage('stop');
      const [result] = (await once(worker, 'message')) as [R];
      await worker.terminate();
      return result;
    },
  };
};
