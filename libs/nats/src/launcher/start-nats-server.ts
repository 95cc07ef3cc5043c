import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@edict/contracts';
import { environment } from './config.ts';
import { type FoundServer, findServer } from './find-server.js';
import { choosePort } from './free-port.ts';
import { endProcess, endProcessNow, processIdentity } from './process-identity.ts';
import { claimStore, recordRun, storePaths } from './run-file.ts';
import { type SyncPolicy, serverConfig } from './server-config.ts';

const READY_MS = 30_000;
const LOG_BYTES = 10_000_000;

export interface NatsServerOptions {
  /** Folder for configuration, log and JetStream's data; created when missing. */
  readonly storeDir: string;
  /** Absent: the one used before in this folder, else 4222, else the next free one. 0: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** `always` (default): on the disk before the acknowledgement. */
  readonly sync?: SyncPolicy;
  /** Further lines of its configuration file. */
  readonly configuration?: string;
  /** Absent: the one that {@link findServer} finds or fetches. */
  readonly binary?: string;
  readonly say?: (line: string) => void;
  /** Called when the server ends without {@link NatsServer.stop}. */
  readonly onExit?: (exit: ServerExit) => void;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly binary: string;
  readonly version: string;
  /** Ends the server and waits for it; harmless when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a NATS server with JetStream as a child process and waits until it takes connections.
 *
 * A child outlives a parent that is killed (nothing portable prevents it); the next start on the folder ends it.
 * Faults: `NATS_SERVER_MISSING`, `PORT_BUSY`, `STORE_IN_USE`, `STORE_VANISHED`, `NATS_SERVER_FAILED`,
 * `NATS_SERVER_TOO_OLD`.
 */
export const startNatsServer = async (options: NatsServerOptions): Promise<NatsServer> => {
  const { host = '127.0.0.1', sync = 'always', storeDir } = options;
  const { binary, version } = await chooseServer(options);
  if (sync === 'always' && /^2\.[0-9]\./.test(version)) {
    throw new Fault(
      'NATS_SERVER_TOO_OLD',
      `${binary} is version ${version}, which cannot put a message on the disk before it acknowledges it; use 2.10 or newer, or sync 2m`,
    );
  }
  const before = await claimStore(storeDir);
  const port = await choosePort(host, options.port, before.port || undefined);
  const { folder, config, log } = storePaths(storeDir);
  writeFileSync(config, serverConfig({ host, port, storeDir: folder, sync }) + (options.configuration ?? ''));
  removePortsFiles(folder);
  const child = launch(binary, config, log);
  const pid = child.pid ?? 0;
  endWithThisProcess(child);
  // Before it is ready: were this process killed now, the next start must still find the server and end it.
  recordRun(storeDir, { ...before, port }, pid);
  const listening = await ready(child, folder, log, host);
  recordRun(storeDir, { port: listening, used: true }, pid);
  return {
    ...watch(child, pid, storeDir, listening, options),
    url: `nats://${host}:${listening}`,
    binary,
    version,
  };
};

const chooseServer = async ({ binary, say }: NatsServerOptions): Promise<FoundServer> => {
  const env = binary === undefined ? environment() : { ...environment(), EDICT_NATS_SERVER: binary };
  return findServer({ env, ...(say && { say }) });
};

const launch = (binary: string, config: string, log: string): ChildProcess => {
  const out = openSync(log, isLarge(log) ? 'w' : 'a');
  // Its own process group: Ctrl-C reaches the parent only, which stops the server after the services.
  const child = spawn(binary, ['-c', config], {
    stdio: ['ignore', out, out],
    detached: true,
    env: environment(),
  });
  closeSync(out);
  child.unref();
  return child;
};

/** A parent that ends without stopping takes the server along where it can, also one that is frozen. */
const endWithThisProcess = (child: ChildProcess): void => {
  const { pid } = child;
  const identity = pid === undefined ? undefined : processIdentity(pid);
  if (pid === undefined || identity === undefined) return;
  const end = (): void => endProcessNow(pid, identity);
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
};

const isLarge = (log: string): boolean => (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES;

/** Waits for the file in which the server says where it listens: it is written once connections are taken. */
const ready = async (child: ChildProcess, folder: string, log: string, host: string): Promise<number> => {
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? code}`;
  });
  const end = performance.now() + READY_MS;
  while (failure === undefined && performance.now() < end) {
    const port = readPort(join(folder, `nats-server_${child.pid}.ports`), host);
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (failure === undefined) child.kill('SIGKILL');
  const last = tail(log);
  throw new Fault(
    'NATS_SERVER_FAILED',
    `nats-server did not start: ${failure ?? `not ready in ${READY_MS} ms`}\n${last}`,
  );
};

const readPort = (file: string, host: string): number | undefined => {
  try {
    const { nats } = JSON.parse(readFileSync(file, 'utf8')) as { nats: readonly string[] };
    const address = nats.find((url) => url.includes(host)) ?? nats[0];
    const port = Number(address?.slice(address.lastIndexOf(':') + 1));
    return Number.isInteger(port) && port > 0 ? port : undefined;
  } catch {
    return undefined;
  }
};

const removePortsFiles = (folder: string): void => {
  for (const name of readdirSync(folder))
    if (/^nats-server_\d+\.ports$/.test(name)) rmSync(join(folder, name));
};

const tail = (log: string): string => {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
};

const watch = (
  child: ChildProcess,
  pid: number,
  storeDir: string,
  port: number,
  options: NatsServerOptions,
) => {
  const identity = processIdentity(pid) ?? '';
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    const onEnd = (code: number | null, signal: NodeJS.Signals | null) => {
      if (stopping) recordRun(storeDir, { port, used: true });
      else options.onExit?.({ code, signal });
      resolve();
    };
    if (hasEnded(child)) onEnd(child.exitCode, child.signalCode);
    else child.once('exit', onEnd);
  });
  const stop = async (): Promise<void> => {
    if (!stopping && !hasEnded(child)) {
      stopping = true;
      // Its end is waited for, so from here on it keeps this process alive.
      child.ref();
      await endProcess(pid, identity);
    }
    await ended;
  };
  return { pid, port, stop };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
