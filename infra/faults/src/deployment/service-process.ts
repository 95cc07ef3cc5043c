import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@edict/service-kit';

/** A service that runs alone, as a process of its own. */
export interface ServiceProcess {
  readonly service: ServiceName;
  readonly pid: number;
  /** The last of what it has written. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  running(): boolean;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it in good order, or by force when it does not go. */
  stop(): Promise<void>;
}

const KEPT_OUTPUT = 40_000;
const ENDS_WITHIN_MS = 15_000;

const scriptOf = (service: ServiceName): string =>
  fileURLToPath(new URL(`../../../../services/${service}/src/main.ts`, import.meta.url));

/** Starts a service with settings as environment variables. Whoever starts it waits for what it needs of it. */
export const startService = (
  service: ServiceName,
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): ServiceProcess => {
  const child = spawn(process.execPath, ['--max-semi-space-size=8', ...flags, scriptOf(service)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
  });
  let written = '';
  const keep = (data: Buffer): void => {
    written = (written + data.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  // A run that is broken off leaves nothing behind.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const ended = once(child, 'exit').then(([code, signal]) => {
    process.removeListener('exit', onExit);
    return (signal ?? code) as number | NodeJS.Signals;
  });
  return {
    service,
    pid: child.pid ?? 0,
    output: () => written,
    signal: (signal) => void child.kill(signal),
    running,
    ended,
    stop: async () => {
      if (!running()) return;
      // A stopped process does not see the request to end.
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
      await ended;
      clearTimeout(force);
    },
  };
};
