import { readPingTimeout } from '@edict/nats';
import type { Shutdown } from '../shutdown.ts';
import { type ServerPromises, serveHealth } from './serve-health.ts';
import type { RunningService, ServiceContext } from './service-context.ts';

/**
 * Starts services on a context, in the given order, and answers for their health. From the first line on `shutdown`
 * ends what has been started, the context included. Settles with what the NATS server promises: `own`, for whoever
 * runs it, else what it tells.
 */
export const startServices = async (
  context: ServiceContext,
  starts: readonly ((context: ServiceContext) => Promise<RunningService>)[],
  shutdown: Shutdown,
  own?: ServerPromises,
): Promise<ServerPromises> => {
  const running: RunningService[] = [];
  shutdown.add('connections', () => context.close());
  shutdown.add('services', async () => {
    await Promise.all(running.map((service) => service.stop()));
  });
  for (const start of starts) running.push(await start(context));
  const promises = own ?? {
    durability: 'as the NATS server is set up: a killed process loses nothing that was acknowledged',
    pingTimeoutMs: await readPingTimeout(context.store),
  };
  const health = serveHealth(context, running, promises);
  shutdown.add('health', () => health.stop());
  // First of all: others take over while this process ends what it has begun.
  shutdown.add('membership', () => context.membership.leave());
  return promises;
};
