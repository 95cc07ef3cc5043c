import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '@edict/nats';
import { measureEvaluation } from './evaluation.ts';
import { goalsOf, isMet, type Measurements } from './goals.ts';
import { measureLoads } from './loads.ts';
import { machine } from './machine.ts';
import { measureMemory } from './memory.ts';
import type { BenchOptions } from './options.ts';
import { report } from './report.ts';

/** Runs everything once, prints it, and gives the exit code. */
export const runBench = async (options: BenchOptions): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'edict-bench-'));
  try {
    const { serverVersion, measurements } = await measure(folder, options);
    const header = machine(serverVersion, options);
    console.log(report(header, measurements));
    if (options.json !== undefined) {
      await writeFile(options.json, `${JSON.stringify({ header, options, ...measurements }, null, 2)}\n`);
    }
    return options.check && !goalsOf(measurements).every(isMet) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const measure = async (
  folder: string,
  options: BenchOptions,
): Promise<{ serverVersion: string; measurements: Measurements }> => {
  const evaluation = measureEvaluation(options.evaluations);
  const server = await startNatsServer({ storeDir: join(folder, 'nats'), port: 0, sync: options.sync });
  const loads = await measureLoads(server, options).finally(() => server.stop());
  // On a server of its own, which `edict up` starts: its memory counts.
  const memory = await measureMemory(folder, options.memoryLoadMs);
  return { serverVersion: server.version, measurements: { ...loads, evaluation, memory } };
};
