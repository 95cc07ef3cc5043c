import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../launcher/config.ts';
import { type NatsServer, startNatsServer } from '../launcher/start-nats-server.ts';

/** A NATS server for tests: `server` is absent when it belongs to somebody else (`EDICT_NATS_URL`). */
export interface TestNats {
  readonly url: string;
  readonly server?: NatsServer;
  readonly storeDir?: string;
  /** Kills it with SIGKILL, and settles when it is gone: its store and its port are free. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestNatsOptions {
  /** `true`: never the one of `EDICT_NATS_URL`, because the test kills it or looks into its store. */
  readonly own?: boolean;
  /** Absent: a temporary folder, removed at the end. */
  readonly storeDir?: string;
  readonly port?: number;
  /** Tests do not wait for the disk unless they ask (`2m` by default). */
  readonly sync?: 'always' | '2m';
  /** Further lines of its configuration file, for a server of its own. */
  readonly configuration?: string;
}

/** A JetStream server on a free port of this machine, on a store of its own. */
export const startTestNats = async (options: TestNatsOptions = {}): Promise<TestNats> => {
  const url = environment()['EDICT_NATS_URL'];
  if (url !== undefined && url !== '' && options.own !== true)
    return { url, kill: notOurs, stop: async () => {} };
  const folder = options.storeDir ?? (await mkdtemp(join(tmpdir(), 'edict-nats-')));
  const gone = Promise.withResolvers<void>();
  const server = await startNatsServer({
    storeDir: folder,
    port: options.port ?? 0,
    sync: options.sync ?? '2m',
    ...(options.configuration !== undefined && { configuration: options.configuration }),
    onExit: () => gone.resolve(),
  });
  return {
    url: server.url,
    server,
    storeDir: folder,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await gone.promise;
    },
    stop: async () => {
      await server.stop();
      if (options.storeDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};

const notOurs = (): never => {
  throw new Error('the server of EDICT_NATS_URL is not a test’s to kill; ask for one of its own');
};
