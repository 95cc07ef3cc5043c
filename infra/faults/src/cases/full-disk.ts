import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { type Site, underLoad } from '../under-load.ts';

const DISK_MIB = 64;
const CHUNK = Buffer.alloc(4_096);
const FULL_MS = { least: 2_000, most: 4_000 };

const obstacle = (): string | undefined => {
  if (process.platform !== 'linux')
    return `a file system of its own is made on Linux only, not ${process.platform}`;
  if (process.getuid?.() !== 0) return 'only root may mount a file system of its own';
  const folder = mkdtempSync(join(tmpdir(), 'edict-disk-'));
  try {
    mount(folder);
    execFileSync('umount', [folder]);
    return undefined;
  } catch (error) {
    return `no file system can be mounted here: ${String(error)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const mount = (folder: string): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder], { stdio: 'pipe' });
};

/** Takes all space; gives it back when called. */
const fill = (folder: string): (() => void) => {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (;;) writeSync(file, CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  return () => rmSync(filler);
};

/** A server that ran out of space stops its storage for good, so it is started again once there is room. */
const fillOnce =
  (folder: string) =>
  async ({ deployment, moment, random }: Site): Promise<number> => {
    await moment();
    const free = fill(folder);
    try {
      await pause(random.between(FULL_MS.least, FULL_MS.most));
    } finally {
      free();
    }
    await deployment.nats.stop();
    const log = readFileSync(join(deployment.nats.home, 'nats-server.log'), 'utf8');
    if (!log.includes('no space left on device'))
      throw new Error(`the disk was never full for NATS:\n${log}`);
    await deployment.nats.start();
    return 1;
  };

/** The server's disk is full for some seconds. */
export const fullDisk: FaultCase = {
  name: 'full-disk',
  what: 'the disk under NATS fills up, is freed, and NATS is started again',
  obstacle,
  play: async (round) => {
    const folder = mkdtempSync(join(tmpdir(), 'edict-disk-'));
    mount(folder);
    const unmount = (): void => void execFileSync('umount', ['-l', folder]);
    process.once('exit', unmount);
    try {
      return await underLoad(round, { storeDir: join(folder, 'nats') }, fillOnce(folder));
    } finally {
      process.removeListener('exit', unmount);
      unmount();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
