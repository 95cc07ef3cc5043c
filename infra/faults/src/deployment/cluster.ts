import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findServer } from '@edict/nats';
import { type CuttableLink, cuttableLink } from '@edict/nats/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventually } from '../eventually.ts';
import type { Broker, NatsNode } from './broker.ts';

const NODES = ['n1', 'n2', 'n3'] as const;
const PROBE = 'FAULTS_PROBE';
const STARTS_WITHIN_MS = 30_000;

/** The way from one server to another. */
interface Route {
  readonly from: string;
  readonly to: string;
  readonly link: CuttableLink;
}

/** Starts three NATS servers that keep three copies of each stream; ready when a stream can be made. */
export const startCluster = async (folder: string): Promise<Broker> => {
  const { binary } = await findServer({ env: process.env });
  const places = await Promise.all(
    NODES.map(async (name) => ({ name, client: await freePort(), route: await freePort() })),
  );
  const routes = await Promise.all(
    places.flatMap(({ name: to, route }) =>
      NODES.filter((from) => from !== to).map(async (from) => ({
        from,
        to,
        link: await cuttableLink(`nats://127.0.0.1:${route}`),
      })),
    ),
  );
  const nodes = places.map((place) => clusterNode(binary, join(folder, place.name), place, routes));
  await Promise.all(nodes.map((each) => each.start()));
  const url = nodes.map((each) => each.url).join(',');
  await eventually('the cluster makes streams', () => makesStreams(url), STARTS_WITHIN_MS);
  const routesOf = ({ name }: NatsNode): Route[] =>
    routes.filter(({ from, to }) => from === name || to === name);
  return {
    url,
    nodes,
    replicas: NODES.length,
    isolate: (node) => {
      for (const { link } of routesOf(node)) link.cut();
    },
    rejoin: (node) => {
      for (const { link } of routesOf(node)) link.mend();
    },
    close: async () => {
      await Promise.all(nodes.map((each) => each.stop()));
      await Promise.all(routes.map(({ link }) => link.close()));
    },
  };
};

interface Place {
  readonly name: string;
  readonly client: number;
  readonly route: number;
}

const clusterNode = (binary: string, home: string, place: Place, routes: readonly Route[]): NatsNode => {
  mkdirSync(home, { recursive: true });
  const config = join(home, 'nats-server.conf');
  writeFileSync(config, configOf(place, home, routes));
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
    name: place.name,
    url: `nats://127.0.0.1:${place.client}`,
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

/** Nobody listens there: servers tell each other only the ways that they were given, which can be cut. */
const NOWHERE = '127.0.0.1:1';

/** As the launcher sets a single server up, with routes to the others. */
const configOf = ({ name, client, route }: Place, home: string, routes: readonly Route[]): string => {
  const ways = routes.filter(({ from }) => from === name).map(({ link }) => JSON.stringify(link.url));
  return [
    'host: 127.0.0.1',
    `port: ${client}`,
    `server_name: ${name}`,
    'ping_interval: "1s"',
    'ping_max: 2',
    `jetstream { store_dir: ${JSON.stringify(home)}, sync_interval: always }`,
    'cluster {',
    '  name: faults',
    `  listen: "127.0.0.1:${route}"`,
    `  advertise: "${NOWHERE}"`,
    `  routes: [${ways.join(', ')}]`,
    '}',
    '',
  ].join('\n');
};

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
