import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { underLoad } from '../under-load.ts';

/** From a disk of an old kind to one that is about to fail. */
const SYNC_MS = { least: 20, most: 400 };
const SLOW_FOR_MS = { least: 3_000, most: 8_000 };

const obstacle = (): string | undefined => {
  if (process.platform !== 'linux') return `syncs are slowed down on Linux only, not ${process.platform}`;
  try {
    execFileSync('strace', slowing(1, 'true'), { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `strace slows syncs down, and it does not run here: ${String(error)}`;
  }
};

const slowing = (ms: number, ...whom: readonly string[]): string[] => [
  ...['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
  ...['-e', `inject=fsync,fdatasync:delay_exit=${ms * 1_000}`, ...whom],
];

/** Lets each sync of a process take so much longer, until called. */
const slowDown = async (pid: number, ms: number): Promise<() => Promise<void>> => {
  const tracer = spawn('strace', slowing(ms, '-p', String(pid)), { stdio: 'ignore' });
  const gone = once(tracer, 'exit');
  await once(tracer, 'spawn');
  const onExit = (): void => void tracer.kill('SIGINT');
  process.once('exit', onExit);
  return async () => {
    process.removeListener('exit', onExit);
    if (tracer.exitCode !== null) throw new Error(`strace ended by itself, with ${tracer.exitCode}`);
    tracer.kill('SIGINT');
    await gone;
  };
};

/** The server's disk takes long for what it acknowledges; reads and the network are as quick as ever. */
export const slowDisk: FaultCase = {
  name: 'slow-disk',
  what: 'each fsync of the NATS server takes 20 to 400 ms longer, for some seconds',
  obstacle,
  play: (round) =>
    underLoad(round, {}, async ({ deployment, moment, random, brief }) => {
      const times = brief ? 1 : 3;
      for (let time = 0; time < times; time++) {
        await moment();
        const quickAgain = await slowDown(deployment.nats.pid(), random.between(SYNC_MS.least, SYNC_MS.most));
        await pause(random.between(SLOW_FOR_MS.least, SLOW_FOR_MS.most));
        await quickAgain();
      }
      return times;
    }),
};
