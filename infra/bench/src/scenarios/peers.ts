import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@edict/nats';
import type { Row } from '../measure/sample.ts';
import { runTask } from '../tasks/run-task.ts';
import type { BenchContext } from './scenario.ts';

const PEERS = ['casbin@5.51.1', '@cedar-policy/cedar-wasm@4.13.0'];

export interface PeersInput {
  readonly folder: string;
  readonly rounds: number;
  readonly size: BenchContext['size'];
}

/** Other engines in process, judging the exact tools of P4. They are installed into the cache, never into the workspace. */
export const measurePeers = async ({ rounds, size, say }: BenchContext): Promise<readonly Row[]> => {
  const folder = join(dirname(cacheFolder(process.env)), 'bench-peers');
  await mkdir(folder, { recursive: true });
  say(`    ${PEERS.join(', ')} in ${folder}`);
  await promisify(execFile)(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...PEERS],
    { cwd: folder },
  );
  return runTask<PeersInput, readonly Row[]>('evaluate-peers', { folder, rounds, size });
};
