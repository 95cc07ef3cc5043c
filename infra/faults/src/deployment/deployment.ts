import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthReport } from '@edict/contracts';
import type { ServiceName } from '@edict/service-kit';
import { eventually } from '../eventually.ts';
import { askHealth } from './ask-health.ts';
import { type Broker, type NatsNode, startBroker } from './broker.ts';
import { startCluster } from './cluster.ts';
import { type ServiceProcess, startService } from './service-process.ts';

/** A NATS server and the services of Edict, each a process of its own that can be killed. */
export interface Deployment {
  readonly url: string;
  /** The server, or the first of a cluster. */
  readonly nats: NatsNode;
  /** One server, or a cluster. */
  readonly broker: Broker;
  /** The processes that run a service, in the order of their starts. */
  processes(service?: ServiceName): readonly ServiceProcess[];
  /** Starts one more process of a service. */
  add(service: ServiceName, special?: Special): ServiceProcess;
  /** Kills a process as `kill -9` does and waits until it is gone; one that ends otherwise is missed by `ready`. */
  kill(victim: ServiceProcess): Promise<void>;
  /** What every process says about itself. */
  health(): Promise<readonly HealthReport[]>;
  /** Settles when each process answers and finds nothing wrong; throws with what they wrote when that never comes. */
  ready(withinMs?: number): Promise<void>;
  /** Ends everything; the store is removed when it is the deployment's own. */
  stop(): Promise<void>;
}

/** What is different about a process. */
interface Special {
  /** The one server of a cluster that it connects to. */
  readonly node?: NatsNode;
  /** Of Node's own. */
  readonly flags?: readonly string[];
}

export interface DeploymentOptions {
  /** The processes to start: every service once, unless it says otherwise. */
  readonly services?: readonly ServiceName[];
  /** A folder of the caller's own for the server. */
  readonly storeDir?: string;
  /** Three servers, and three copies of each stream. */
  readonly cluster?: boolean;
  /** Settings of every service, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const EVERY_SERVICE: readonly ServiceName[] = ['policy-store', 'enforcer', 'aggregator', 'projector'];

/** Starts NATS on a free port and then the services; ready when this settles. */
export const startDeployment = async (options: DeploymentOptions = {}): Promise<Deployment> => {
  const folder = await mkdtemp(join(tmpdir(), 'edict-faults-'));
  const broker = await (options.cluster === true
    ? startCluster(folder)
    : startBroker(options.storeDir ?? join(folder, 'nats')));
  const { url } = broker;
  const running = new Set<ServiceProcess>();
  /** Ended, and nobody here did it. */
  const fallen = new Set<ServiceProcess>();
  const processes = (service?: ServiceName): ServiceProcess[] =>
    [...running].filter((each) => service === undefined || each.service === service);
  const add = (service: ServiceName, { node, flags }: Special = {}): ServiceProcess => {
    const settings = { ...settingsOf(broker, node?.url), ...options.settings };
    const process = startService(service, settings, flags);
    running.add(process);
    void process.ended.then(() => {
      running.delete(process);
      fallen.add(process);
    });
    return process;
  };
  const health = (): Promise<readonly HealthReport[]> => askHealth(url, running.size);
  const deployment: Deployment = {
    url,
    nats: firstOf(broker),
    broker,
    processes,
    add,
    kill: async (victim) => {
      victim.signal('SIGKILL');
      await victim.ended;
      fallen.delete(victim);
    },
    health,
    ready: (withinMs) => untilReady({ processes, fallen, health }, withinMs),
    stop: async () => {
      await Promise.all(processes().map((each) => each.stop()));
      await broker.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const service of options.services ?? EVERY_SERVICE) add(service);
    await deployment.ready();
    return deployment;
  } catch (error) {
    await deployment.stop();
    throw error;
  }
};

interface Watched {
  readonly processes: () => readonly ServiceProcess[];
  readonly fallen: ReadonlySet<ServiceProcess>;
  readonly health: () => Promise<readonly HealthReport[]>;
}

const untilReady = async ({ processes, fallen, health }: Watched, withinMs?: number): Promise<void> => {
  let last: readonly HealthReport[] = [];
  const isReady = async (): Promise<boolean> => {
    last = await health().catch(() => []);
    const expected = processes().map(({ service }) => service);
    const answered = last.flatMap(({ services }) => services);
    return last.every(({ ok }) => ok) && expected.toSorted().join(' ') === answered.toSorted().join(' ');
  };
  const describe = (each: ServiceProcess): string => `--- ${each.service} ${each.pid}\n${each.output()}`;
  try {
    await eventually('every process answers and finds nothing wrong', isReady, withinMs);
  } catch (error) {
    const said = last.map(({ services, problems }) => `${services.join()}: ${problems.join('; ')}`);
    throw new Error([String(error), ...said, ...processes().map(describe)].join('\n'));
  }
  if (fallen.size > 0)
    throw new Error(['a process ended by itself', ...[...fallen].map(describe)].join('\n'));
};

/** Compiled sources are kept, so that the next start is quicker. */
const settingsOf = ({ replicas, ...broker }: Broker, url = broker.url): Readonly<Record<string, string>> => ({
  EDICT_NATS_URL: url,
  EDICT_LOG_LEVEL: 'warn',
  NODE_COMPILE_CACHE: join(tmpdir(), 'edict-faults-compiled'),
  ...(replicas > 1 && { EDICT_REPLICAS: String(replicas) }),
});

const firstOf = ({ nodes: [first] }: Broker): NatsNode => {
  if (first === undefined) throw new Error('no server runs');
  return first;
};
