import { startAggregator } from '@edict/aggregator';
import { isFault } from '@edict/contracts';
import { startEnforcer } from '@edict/enforcer';
import {
  type KeptNatsServer,
  keepNatsServer,
  OWN_PING_TIMEOUT_MS,
  openAnchorFile,
  readPingTimeout,
  storePaths,
} from '@edict/nats';
import { startPolicyStore } from '@edict/policy-store';
import { startProjectorService } from '@edict/projector';

import {
  createLogger,
  type HealthServer,
  openServiceContext,
  type RunningService,
  type ServiceContext,
  serveHealth,
} from '@edict/service-kit';
import type { Deployment, DeploymentOptions, ServiceName } from '../commands/up.ts';

const START: Record<ServiceName, (context: ServiceContext) => Promise<RunningService>> = {
  'policy-store': startPolicyStore,
  enforcer: startEnforcer,
  aggregator: startAggregator,
  projector: startProjectorService,
};

const CONNECT_TRIES_MS = [50, 100, 200, 400, 800, 1_600];

/** NATS, unless one is named, and the services in this process, ready when this settles. */
export const startDeployment = async (options: DeploymentOptions): Promise<Deployment> => {
  const { nats, data, port, sync, keepMs, services, log: say } = options;
  const log = createLogger({ level: 'warn', format: 'human', write: say });
  const server =
    nats === undefined
      ? await keepNatsServer({ storeDir: data, sync, say, ...(port !== undefined && { port }) })
      : undefined;
  const url = server?.url ?? nats ?? '';
  const durability = durabilityOf(server, sync);
  try {
    // Beside the store of one's own server: what the store cannot say about itself once it is damaged or gone.
    const anchorFile = server && openAnchorFile(storePaths(data).anchors);
    const context = await connected(() =>
      openServiceContext({
        connection: { url, name: 'edict' },
        services,
        log,
        ...(keepMs !== undefined && { checkpoints: { keepMs } }),
        ...(anchorFile && { anchorFile }),
      }),
    );
    const running = await startInOrder(context, services);
    const pingTimeoutMs = server === undefined ? await readPingTimeout(context.store) : OWN_PING_TIMEOUT_MS;
    const health = serveHealth(context, running, { durability, pingTimeoutMs });
    return {
      url,
      ownServer: server !== undefined,
      durability,
      services,
      ended: server?.lost ?? new Promise(() => {}),
      stop: () => stopInOrder(health, running, context, server),
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
};

/** What an acknowledged answer survives. */
const durabilityOf = (server: KeptNatsServer | undefined, sync: 'always' | '2m'): string => {
  if (server === undefined)
    return 'as the NATS server is set up: a killed process loses nothing that was acknowledged';
  return sync === 'always'
    ? 'on the disk before each acknowledgement: survives a killed process and a power loss'
    : 'on the disk within two minutes: survives a killed process, a power loss may take the last two minutes';
};

/** Policies first, so that those who follow them find their journals. */
const startInOrder = async (
  context: ServiceContext,
  services: readonly ServiceName[],
): Promise<RunningService[]> => {
  const running: RunningService[] = [];
  for (const name of Object.keys(START) as ServiceName[]) {
    if (services.includes(name)) running.push(await START[name](context));
  }
  return running;
};

const stopInOrder = async (
  health: HealthServer,
  running: readonly RunningService[],
  context: ServiceContext,
  server: KeptNatsServer | undefined,
): Promise<void> => {
  await context.membership.leave();
  await health.stop();
  await Promise.all(running.map((service) => service.stop()));
  await context.close();
  await server?.stop();
};

/** A server that has just started may need a moment before JetStream answers. */
const connected = async <T>(open: () => Promise<T>): Promise<T> => {
  for (const wait of CONNECT_TRIES_MS) {
    try {
      return await open();
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE') && !isFault(error, 'NO_RESPONDERS')) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return open();
};
