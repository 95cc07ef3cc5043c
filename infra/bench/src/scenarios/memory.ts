import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@edict/nats/testing';
import { connectEdict } from '@edict/sdk';
import { descendants, residentBytes } from '../measure/processor-time.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { watchUsage } from '../measure/usage.ts';
import { installPolicies, startEdict } from '../rig/deployment.ts';
import { elapsed } from '../rig/idle.ts';
import { budgetDocument, decisionRequest, guardrailDocuments, WORKSPACE } from '../workload/traffic.ts';
import type { BenchContext } from './scenario.ts';

const IN_FLIGHT = 256;
const SETTLE_MS = 1_000;
const SAMPLE_MS = 250;
const RESERVE_SECONDS = 30;
const LOAD_MS = { short: 2_000, normal: 30_000, long: 150_000 } as const;

export const MEMORY_ROWS = { idle: 'edict up, at rest', load: 'edict up, under load' } as const;

/**
 * Resident memory of `edict up` and its NATS server: at rest after the set-up, and the most under load, where each request
 * is decided and its work reported. One window each: memory does not jump from round to round.
 */
export const measureMemory = async ({ folder, size }: BenchContext): Promise<Row[]> => {
  const port = await freePort();
  const data = join(folder, 'up');
  await mkdir(data);
  const up = startEdict('--data', data, '--port', String(port), '--sync', '2m');
  const url = `nats://127.0.0.1:${port}`;
  const resident = (): number =>
    [up.pid, ...descendants(up.pid)].reduce((sum, pid) => sum + residentBytes(pid), 0);
  try {
    await installPolicies(
      url,
      new Map([[WORKSPACE, [...guardrailDocuments(), budgetDocument(RESERVE_SECONDS)]]]),
    );
    await elapsed(SETTLE_MS);
    const idleBytes = resident();
    let loadBytes = idleBytes;
    const sampler = setInterval(() => {
      loadBytes = Math.max(loadBytes, resident());
    }, SAMPLE_MS);
    const used = watchUsage({ deployment: [up.pid, ...descendants(up.pid)], requester: process.pid });
    const { operations, failures } = await load(url, LOAD_MS[size]).finally(() => clearInterval(sampler));
    const { noise, cpuMicros } = used(operations);
    const row = (name: string, bytes: number, sample: Omit<Sample, 'metrics'>): Row => ({
      name,
      samples: [{ ...sample, metrics: { megabytes: bytes / 1e6 } }],
    });
    return [
      row(MEMORY_ROWS.idle, idleBytes, { operations: 0, failures: 0, cpuMicros: {}, noise: 0 }),
      row(MEMORY_ROWS.load, loadBytes, { operations, failures, cpuMicros, noise }),
    ];
  } finally {
    await up.stop();
  }
};

const load = async (url: string, loadMs: number): Promise<{ operations: number; failures: number }> => {
  const edict = await connectEdict({ url, workspace: WORKSPACE, name: 'bench load' });
  const end = performance.now() + loadMs;
  let number = 0;
  let failures = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = decisionRequest('memory', number++);
      const { decision } = await edict.decide(request);
      const settled = decision && (await edict.outcome(successOf(request)));
      if (settled === false || settled.error !== undefined) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await edict.close();
  return { operations: number, failures };
};

const successOf = ({ request_id, subject, context }: ReturnType<typeof decisionRequest>) => ({
  request_id,
  subject,
  outcome: 'success' as const,
  cost: context.cost,
});
