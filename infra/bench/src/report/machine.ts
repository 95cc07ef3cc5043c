import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { findServer } from '@edict/nats';
import type { BenchContext } from '../scenarios/scenario.ts';
import type { Header } from './result-file.ts';

/** This machine, and what a run on it is made of. */
export const describeRun = async ({ size, rounds, window }: BenchContext): Promise<Header> => ({
  at: new Date().toISOString(),
  commit: commit(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
  cpus: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  system: `${process.platform} ${release()} ${process.arch}`,
  node: process.version,
  natsServer: (await findServer({ env: process.env })).version,
  size,
  rounds,
  ...window,
});

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'no commit';
  }
};
