import { startAggregator } from '@edict/aggregator';
import { isFault } from '@edict/contracts';
import { startEnforcer } from '@edict/enforcer';
import { keepNatsServer, OWN_PING_TIMEOUT_MS, openAnchorFile, storePaths } from '@edict/nats';
import { startPolicyStore } from '@edict/policy-store';
import { startProjectorService } from '@edict/projector';
import {
  contextSettings,
  createLogger,
  createShutdown,
  type Logger,
  openServiceContext,
  type RunningService,
  type ServiceContext,
  type Shutdown,
  startServices,
} from '@edict/service-kit';
import type { Deployment, DeploymentOptions, ServiceName } from '../commands/up.ts';
import { unavailable } from '../stop.ts';
import { readUpSettings } from './up-settings.ts';

type StartService = (context: ServiceContext) => Promise<RunningService>;

/** Policies first, so that those who follow them find their journals. */
const STARTS: readonly (readonly [ServiceName, StartService])[] = [
  ['policy-store', startPolicyStore],
  ['enforcer', startEnforcer],
  ['aggregator', startAggregator],
  ['projector', startProjectorService],
];

/** What an acknowledged answer survives on a server of one's own. */
const DURABILITY: Record<DeploymentOptions['sync'], string> = {
  always: 'on the disk before each acknowledgement: survives a killed process and a power loss',
  '2m': 'on the disk within two minutes: survives a killed process, a power loss may take the last two minutes',
};

const CONNECT_TRIES_MS = [50, 100, 200, 400, 800, 1_600];

/**
 * NATS, unless one is named, and the services in this process, ready when this settles. Whatever goes wrong, and when the
 * user interrupts it, nothing of it is left. Fault `CONFIG_INVALID` for a bad setting, before anything is started.
 */
export const startDeployment = async (options: DeploymentOptions): Promise<Deployment> => {
  const settings = readUpSettings(options);
  const { EDICT_LOG_LEVEL: level, EDICT_LOG_FORMAT: format } = settings;
  const log = createLogger({ level, format, write: options.log });
  const shutdown = createShutdown({ log });
  try {
    return await unlessInterrupted(startParts(options, { settings, log, shutdown }), options.interrupted);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
};

interface Start {
  readonly settings: ReturnType<typeof readUpSettings>;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

const startParts = async (
  { nats, data, port, sync, services, interrupted }: DeploymentOptions,
  { settings, log, shutdown }: Start,
): Promise<Deployment> => {
  const say = (line: string): void => log.warn(line);
  const server =
    nats === undefined
      ? await keepNatsServer({ storeDir: data, sync, say, ...(port !== undefined && { port }) })
      : undefined;
  if (server !== undefined) shutdown.add('nats-server', () => server.stop());
  const url = server?.url ?? nats ?? '';
  // Beside the store of one's own server: what the store cannot say about itself once it is damaged or gone.
  const anchorFile = server && openAnchorFile(storePaths(data).anchors);
  const asked = { ...contextSettings(settings, { url, name: 'edict' }), services, log };
  const context = await connected(
    () => openServiceContext({ ...asked, ...(anchorFile && { anchorFile }) }),
    interrupted,
  );
  const { durability } = await startServices(
    context,
    STARTS.filter(([name]) => services.includes(name)).map(([, start]) => start),
    shutdown,
    server && { durability: DURABILITY[sync], pingTimeoutMs: OWN_PING_TIMEOUT_MS },
  );
  return {
    url,
    ownServer: server !== undefined,
    durability,
    services,
    ended: server?.lost ?? new Promise(() => {}),
    stop: () => shutdown.run(),
  };
};

/** A server that has just started may need a moment before JetStream answers. */
const connected = async <T>(open: () => Promise<T>, interrupted: AbortSignal | undefined): Promise<T> => {
  for (const wait of CONNECT_TRIES_MS) {
    try {
      return await open();
    } catch (error) {
      const mayPass = isFault(error, 'UNAVAILABLE') || isFault(error, 'NO_RESPONDERS');
      if (!mayPass || interrupted?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return open();
};

const unlessInterrupted = <T>(work: Promise<T>, interrupted: AbortSignal | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(unavailable('interrupted before everything was up'));
    if (interrupted?.aborted) stop();
    interrupted?.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
