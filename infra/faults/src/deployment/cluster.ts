import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findServer } from '@edict/nats';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventually } from '../eventually.ts';
import type { Broker, NatsNode } from './broker.ts';

const NODES = ['n1', 'n2', 'n3'] as const;
const PROBE = 'FAULTS_PROBE';
const STARTS_WITHIN_MS = 30_000;

interface Ports {
  readonly client: number;
  readonly route: number;
}

/** Starts three NATS servers that keep three copies of each stream; ready when a stream can be made. */
export const startCluster = async (folder: string): Promise<Broker> => {
  const { binary } = await findServer({ env: process.env });
  const ports = await Promise.all(
    NODES.map(async () => ({ client: await freePort(), route: await freePort() })),
  );
  const nodes = NODES.map((name, i) => node(binary, folder, name, i, ports));
  await Promise.all(nodes.map((each) => each.start()));
  const url = ports.map(({ client }) => `nats://127.0.0.1:${client}`).join(',');
  await eventually('the cluster makes streams', () => makesStreams(url), STARTS_WITHIN_MS);
  return { url, nodes, replicas: NODES.length };
};

const node = (
  binary: string,
  folder: string,
  name: string,
  index: number,
  ports: readonly Ports[],
): NatsNode => {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const config = join(home, 'nats-server.conf');
  writeFileSync(config, configOf(name, home, index, ports));
  let child: ReturnType<typeof spawn> | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // A frozen server sees nothing else.
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };
  return {
    name,
    home,
    pid: () => child?.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    start: async () => {
      const log = openSync(join(home, 'nats-server.log'), 'a');
      const started = spawn(binary, ['-c', config], { stdio: ['ignore', log, log] });
      child = started;
      const onExit = (): void => void started.kill('SIGKILL');
      process.once('exit', onExit);
      started.once('exit', () => process.removeListener('exit', onExit));
      await once(started, 'spawn');
    },
  };
};

/** As the launcher sets a single server up, with routes to the others. */
const configOf = (name: string, home: string, index: number, ports: readonly Ports[]): string =>
  [
    'host: 127.0.0.1',
    `port: ${ports[index]?.client}`,
    `server_name: ${name}`,
    'ping_interval: "1s"',
    'ping_max: 2',
    `jetstream { store_dir: ${JSON.stringify(home)}, sync_interval: always }`,
    'cluster {',
    '  name: faults',
    `  listen: "127.0.0.1:${ports[index]?.route}"`,
    `  routes: [${ports.map(({ route }) => `"nats://127.0.0.1:${route}"`).join(', ')}]`,
    '}',
    '',
  ].join('\n');

const makesStreams = async (url: string): Promise<boolean> => {
  try {
    const nc = await connect({ servers: url.split(','), reconnect: false, timeout: 1_000 });
    try {
      const jsm = await jetstreamManager(nc);
      await jsm.streams.add({ name: PROBE, subjects: ['faults.probe'], num_replicas: NODES.length });
      await jsm.streams.delete(PROBE);
      return true;
    } finally {
      await nc.close();
    }
  } catch {
    return false;
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};
