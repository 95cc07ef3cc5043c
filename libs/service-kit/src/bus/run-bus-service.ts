import { runService } from '../run-service.ts';
import { BusSettings, contextSettings } from './bus-settings.ts';
import {
  openServiceContext,
  type RunningService,
  type ServiceContext,
  type ServiceName,
} from './service-context.ts';
import { startServices } from './start-services.ts';

/** Runs one service as a process of its own, until a signal ends it. */
export const runBusService = (
  name: ServiceName,
  start: (context: ServiceContext) => Promise<RunningService>,
): Promise<void> =>
  runService(name, BusSettings, async ({ settings, log, shutdown }) => {
    const context = await openServiceContext({
      ...contextSettings(settings, { url: settings.EDICT_NATS_URL, name }),
      services: [name],
      log,
    });
    await startServices(context, [start], shutdown);
  });
