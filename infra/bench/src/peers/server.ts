import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { elapsed } from '../rig/idle.ts';
import { type BenchProcess, owned } from '../rig/processes.ts';

const START_MS = 30_000;

/** A peer's server on the loopback address. */
export interface PeerServer extends BenchProcess {
  readonly port: number;
  /** Puts away what a window leaves behind. */
  settled(): Promise<void>;
}

export interface ServerStart {
  readonly port: number;
  readonly program: string;
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** A file for what it reports; else nobody reads it. */
  readonly stderr?: number;
  readonly settled?: () => Promise<void>;
}

/** Starts a program and waits until it takes connections. */
export const startServer = async (start: ServerStart): Promise<PeerServer> => {
  const { port, program, args = [], settings = {}, stderr = 'ignore', settled = async () => {} } = start;
  const child = spawn(program, [...args], {
    stdio: ['ignore', 'ignore', stderr],
    env: { ...process.env, ...settings },
  });
  await once(child, 'spawn');
  const server = owned(child);
  for (const end = performance.now() + START_MS; !(await takesConnections(port)); await elapsed(20)) {
    if (child.exitCode === null && performance.now() < end) continue;
    await server.kill();
    throw new Error(`${program} does not listen on port ${port} (exit code ${child.exitCode})`);
  }
  return { ...server, port, settled };
};

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ port, host: '127.0.0.1' });
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
