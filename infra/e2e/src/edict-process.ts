import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const EDICT = fileURLToPath(new URL('../../../services/cli/bin/edict.js', import.meta.url));

/** A running `edict up`, as a user would have it in a terminal. */
export interface EdictProcess {
  readonly pid: number;
  /** What it has written so far, for the message of a test that fails. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Ends it in good order, or by force when it does not go. */
  stop(): Promise<void>;
  /** Resolves with its exit code when it has ended, however that came; a signal has none. */
  readonly ended: Promise<number | null>;
}

/** Starts `edict up` with these arguments; whoever starts it waits for what it needs of it. */
export const startEdict = (...args: readonly string[]): EdictProcess => startEdictWith({}, ...args);

/** The same with settings, as environment variables. */
export const startEdictWith = (
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): EdictProcess => {
  const child = spawn(process.execPath, [EDICT, 'up', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
  });
  const written: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => written.push(data));
  child.stderr.on('data', (data: Buffer) => written.push(data));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => Buffer.concat(written).toString(),
    signal: (signal) => void child.kill(signal),
    stop: () => stop(child, ended),
  };
};

const stop = async (child: ChildProcess, ended: Promise<unknown>): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // A stopped process does not see the request to end.
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(force);
};

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one verb to its end. */
export const runEdict = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, [EDICT, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 3;
      resolve({ code, stdout, stderr });
    });
  });

/** Waits until a process that was just started does what is wanted; says what it wrote when it does not, or ends. */
export const untilReady = async (
  edict: EdictProcess,
  what: string,
  isSo: () => Promise<boolean>,
): Promise<void> => {
  const ended = edict.ended.then(() => {
    throw new Error(`${what}: the process ended`);
  });
  try {
    await Promise.race([eventually(what, isSo), ended]);
  } catch (error) {
    throw new Error(`${String(error)}\n${edict.output()}`);
  } finally {
    ended.catch(() => undefined);
  }
};

/** Asks again until the answer is yes; throws with the reason when it never is. */
export const eventually = async (
  what: string,
  isSo: () => Promise<boolean>,
  withinMs = 20_000,
): Promise<void> => {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
