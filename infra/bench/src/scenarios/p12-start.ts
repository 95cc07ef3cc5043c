import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startNatsServer } from '@edict/nats';
import { freePort } from '@edict/nats/testing';
import { connectEdict, type Edict } from '@edict/sdk';
import { column, rowOf, valueGoal } from '../measure/goals.ts';
import { descendants, processMicros } from '../measure/processor-time.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Sample } from '../measure/sample.ts';
import { watchUsage } from '../measure/usage.ts';
import { installPolicies, startEdict } from '../rig/deployment.ts';
import { elapsed } from '../rig/idle.ts';
import { decisionRequest, openDocument, smallDocuments, WORKSPACE } from '../workload/traffic.ts';
import type { BenchContext, Scenario } from './scenario.ts';

const START_MS = 60_000;
const POLL_MS = 5;
const SERVER = 'NATS server alone';
const FEW = 'edict up to first verdict, 10 documents';

export const p12: Scenario = {
  id: 'P12',
  title: 'start: edict up to the first verdict, with its own server, warm machine',
  measure: async (context) => {
    const many = context.size === 'short' ? 500 : 10_000;
    const manyName = `edict up to first verdict, ${many.toLocaleString('en')} documents`;
    const variants: Variant[] = [
      { name: SERVER, reference: true, sample: () => sampleServer(context) },
      await startVariant(context, FEW, 10),
      await startVariant(context, manyName, many),
    ];
    const rows = await measureRounds(context.rounds, variants);
    const goal = (name: string, bound: number) =>
      valueGoal({ name, bound, direction: 'at most', unit: 'ms' }, rowOf(rows, name), column('elapsedMs'));
    return { rows, goals: [goal(FEW, 1_500), goal(manyName, 2_500)] };
  },
};

/** Fills a store once; each sample then starts on it and ends in order. */
const startVariant = async (context: BenchContext, name: string, documents: number): Promise<Variant> => {
  context.say(`    saving ${documents.toLocaleString('en')} documents`);
  const data = join(context.folder, `start-${documents}`);
  await mkdir(data);
  const policies = new Map([[WORKSPACE, [openDocument(), ...smallDocuments(documents - 1)]]]);
  await onDeployment(data, ({ url }) => installPolicies(url, policies));
  return {
    name,
    sample: () =>
      onDeployment(data, async ({ url, pid, began, used }) => {
        await firstVerdict(url);
        const elapsedMs = performance.now() - began;
        const { noise, cpuMicros } = used([pid, ...descendants(pid)]);
        return { operations: 1, failures: 0, metrics: { elapsedMs }, cpuMicros, noise };
      }),
  };
};

interface Started {
  readonly url: string;
  readonly pid: number;
  readonly began: number;
  readonly used: (pids: readonly number[]) => Pick<Sample, 'noise' | 'cpuMicros'>;
}

const onDeployment = async <T>(data: string, use: (started: Started) => Promise<T>): Promise<T> => {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const others = watchUsage({});
  const began = performance.now();
  const up = startEdict('--data', data, '--port', String(port), '--sync', '2m');
  const used: Started['used'] = (pids) => {
    // All that these processes have used since they began, they have used for the start.
    const total = totalOf(pids);
    const { noise, seconds } = others(1);
    return { cpuMicros: { deployment: total }, noise: Math.max(0, noise - total / 1e6 / seconds) };
  };
  try {
    return await use({ url, pid: up.pid, began, used });
  } finally {
    await up.stop();
  }
};

const firstVerdict = async (url: string): Promise<void> => {
  const end = performance.now() + START_MS;
  const edict = await connected(url, end);
  try {
    for (let number = 0; ; number++) {
      const { decision, error } = await edict.decide(decisionRequest(`start-${Date.now()}`, number), {
        timeoutMs: 1_000,
      });
      if (decision) return;
      if (performance.now() > end) throw new Error(`edict up gave no verdict: ${error?.message ?? 'denied'}`);
      await elapsed(POLL_MS);
    }
  } finally {
    await edict.close();
  }
};

const connected = async (url: string, end: number): Promise<Edict> => {
  for (;;) {
    try {
      return await connectEdict({ url, workspace: WORKSPACE, name: 'bench start', connectTimeoutMs: 500 });
    } catch (error) {
      if (performance.now() > end) throw error;
      await elapsed(POLL_MS);
    }
  }
};

let servers = 0;

const sampleServer = async ({ folder }: BenchContext): Promise<Sample> => {
  const storeDir = join(folder, `server-${++servers}`);
  const others = watchUsage({});
  const began = performance.now();
  const server = await startNatsServer({ storeDir, port: 0, sync: '2m' });
  const elapsedMs = performance.now() - began;
  const total = totalOf([server.pid]);
  const { noise, seconds } = others(1);
  await server.stop();
  return {
    operations: 1,
    failures: 0,
    metrics: { elapsedMs },
    cpuMicros: { deployment: total },
    noise: Math.max(0, noise - total / 1e6 / seconds),
  };
};

const totalOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + processMicros(pid), 0);
