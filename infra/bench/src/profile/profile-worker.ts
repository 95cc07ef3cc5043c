import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '@edict/nats/testing';
import type { Sample } from '../measure/sample.ts';
import type { RunOptions } from '../options.ts';
import { describeRun } from '../report/machine.ts';
import { headerText } from '../report/report-text.ts';
import { align } from '../report/table.ts';
import { measureWindow, withRigs } from '../rig/rig.ts';
import { createContext } from '../run-bench.ts';
import { benchPolicies, VERDICTS } from '../scenarios/verdict-rounds.ts';
import { connectInspector } from './inspector.ts';
import { byStage, type CpuProfile, type FileShare, sharesOf } from './stages.ts';

const WARM_UP = { inFlight: 256, warmUpMs: 3_000, windowMs: 1_000 };
const WINDOW_MS = { short: 3_000, normal: 10_000, long: 30_000 } as const;
const FILES_SHOWN = 20;

/** Where the worker's main thread spends its time while it decides P1's load; gives the exit code. */
export const profileWorker = async (options: RunOptions): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'edict-bench-'));
  const path = resolve(options.json ?? 'worker.cpuprofile');
  try {
    const context = createContext(folder, options);
    const port = await freePort();
    const rig = {
      policies: benchPolicies,
      flags: [`--inspect=127.0.0.1:${port}`, '--inspect-publish-uid=http'],
    };
    const { profile, sample } = await withRigs(context, [rig], async (one) => {
      const inspector = await connectInspector(port);
      await measureWindow(one, VERDICTS, WARM_UP);
      await inspector.start();
      const window = { inFlight: 256, warmUpMs: 0, windowMs: WINDOW_MS[options.size] };
      const measured = await measureWindow(one, VERDICTS, window);
      const taken = await inspector.stop();
      inspector.close();
      return { profile: taken, sample: measured };
    });
    await writeFile(path, JSON.stringify(profile));
    console.log(
      [headerText(await describeRun(context)), ...profileText(profile, sample), '', path].join('\n'),
    );
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

const profileText = (profile: CpuProfile, { operations, cpuMicros, noise }: Sample): string[] => {
  const shares = sharesOf(profile);
  const total = shares.reduce((sum, { micros }) => sum + micros, 0);
  const line = (name: string, micros: number): string[] => [
    name,
    `${((micros / total) * 100).toFixed(1)} %`,
    (micros / operations).toFixed(1),
  ];
  const fileLine = ({ stage, file, micros }: FileShare): string[] => [...line(file, micros), stage];
  const worker = cpuMicros['worker'] ?? Number.NaN;
  return [
    '',
    `${operations.toLocaleString('en')} verdicts; the worker used ${worker.toFixed(1)} µs of processor time each, ${(total / operations).toFixed(1)} of them on its main thread; noise ${noise.toFixed(2)}`,
    '',
    ...align([
      ['stage', 'share', 'µs each'],
      ...byStage(shares).map(({ stage, micros }) => line(stage, micros)),
    ]),
    '',
    ...align([
      ['file, with what it calls outside of ours', 'share', 'µs each', 'stage'],
      ...shares.slice(0, FILES_SHOWN).map(fileLine),
    ]),
  ];
};
