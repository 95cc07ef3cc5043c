import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A text that tells one process from a later one with the same number, or `undefined` when none lives under it.
 * Linux: start time from `/proc`; elsewhere what `ps` says.
 */
export const processIdentity = (pid: number): string | undefined => {
  if (process.platform === 'linux') return fromProc(pid);
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return started.trim() || undefined;
  } catch {
    return isAlive(pid) ? 'alive' : undefined;
  }
};

const fromProc = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold spaces, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Waits until a process is gone; `false` when it is still there after that many milliseconds. */
export const waitUntilGone = async (pid: number, identity: string, timeoutMs: number): Promise<boolean> => {
  const end = performance.now() + timeoutMs;
  while (processIdentity(pid) === identity) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
};

/** Ends a process by its number: asks, then insists. */
export const endProcess = async (pid: number, identity: string, graceMs = 10_000): Promise<void> => {
  signal(pid, 'SIGTERM');
  if (await waitUntilGone(pid, identity, graceMs)) return;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, identity, 5_000);
};

/** The same at the very end of this process, when nothing can be awaited any more. */
export const endProcessNow = (pid: number, identity: string, graceMs = 1_000): void => {
  signal(pid, 'SIGTERM');
  const never = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + graceMs;
  while (processIdentity(pid) === identity && performance.now() < end) Atomics.wait(never, 0, 0, 10);
  if (processIdentity(pid) === identity) signal(pid, 'SIGKILL');
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
};
