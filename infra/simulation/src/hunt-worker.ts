import { parentPort, workerData } from 'node:worker_threads';
import { hunt } from './hunt.ts';
import type { Share } from './hunt-in-parallel.ts';
import { VARIANTS } from './variants.ts';

const { from, runs, variant } = workerData as Share;
const found = await hunt(
  from,
  runs,
  VARIANTS.find(({ name }) => name === variant),
);
parentPort?.postMessage(found);
