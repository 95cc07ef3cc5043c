import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectEdict } from '@edict/sdk';
import { installPolicies, startEdict } from './deployment.ts';
import { freePort } from './free-port.ts';
import type { Measurements } from './goals.ts';
import { descendants, residentBytes } from './processor-time.ts';
import { decisionRequest, WORKSPACE } from './traffic.ts';

const IN_FLIGHT = 256;
const SETTLE_MS = 2_000;
const SAMPLE_MS = 250;
const RESERVE_SECONDS = 30;

/**
 * Resident memory of `edict up` and its NATS server: at rest after the set-up, and the most under load, where each request
 * is decided and its work reported.
 */
export const measureMemory = async (
  folder: string,
  loadMs: number,
): Promise<NonNullable<Measurements['memory']>> => {
  const port = await freePort();
  const data = join(folder, 'up');
  await mkdir(data);
  const up = startEdict('--data', data, '--port', String(port), '--sync', '2m');
  const url = `nats://127.0.0.1:${port}`;
  const resident = (): number =>
    [up.pid, ...descendants(up.pid)].reduce((sum, pid) => sum + residentBytes(pid), 0);
  try {
    await listening(url);
    await installPolicies(url, RESERVE_SECONDS);
    await elapsed(SETTLE_MS);
    const idleBytes = resident();
    const sampler = setInterval(() => {
      loadBytes = Math.max(loadBytes, resident());
    }, SAMPLE_MS);
    let loadBytes = idleBytes;
    await load(url, loadMs).finally(() => clearInterval(sampler));
    return { idleBytes, loadBytes, loadSeconds: loadMs / 1000 };
  } finally {
    await up.stop();
  }
};

const load = async (url: string, loadMs: number): Promise<void> => {
  const edict = await connectEdict({ url, workspace: WORKSPACE, name: 'bench load' });
  const end = performance.now() + loadMs;
  let number = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = decisionRequest('memory', number++);
      const { decision } = await edict.decide(request);
      if (decision) await edict.outcome(successOf(request));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await edict.close();
};

const successOf = ({ request_id, subject, context }: ReturnType<typeof decisionRequest>) => ({
  request_id,
  subject,
  outcome: 'success' as const,
  cost: context.cost,
});

const listening = async (url: string): Promise<void> => {
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      await (await connectEdict({ url, name: 'bench', connectTimeoutMs: 500 })).close();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await elapsed(100);
    }
  }
};

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
