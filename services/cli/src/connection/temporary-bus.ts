import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type StartDeployment } from '../commands/up.ts';
import { type OpenBus, openBus } from './open-bus.ts';

/** Every service on a NATS of its own, with a store that is gone when the bus is closed. */
export const openTemporaryBus = async (
  start: StartDeployment,
  { workspace, log }: { readonly workspace: string; readonly log: (line: string) => void },
): Promise<OpenBus> => {
  const data = await mkdtemp(join(tmpdir(), 'edict-'));
  const deployment = await start({
    data,
    nats: undefined,
    port: undefined,
    sync: 'always',
    services: SERVICES,
    log,
  });
  const bus = openBus(async () => deployment.url, workspace);
  return {
    ...bus,
    close: async () => {
      await bus.close();
      await deployment.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
};
