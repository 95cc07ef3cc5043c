import { isFault } from '@edict/contracts';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './start-nats-server.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

export interface KeptNatsServer {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly binary: string;
  /** The server that runs now; `undefined` between an end and the next start. */
  pid(): number | undefined;
  /** Resolves with the reason when the server cannot be started again: its data has vanished. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a NATS server and starts it again on the same port whenever it ends, at once and then at most each second.
 * One whose data has vanished meanwhile is not started again.
 * `say` is told about each end and each start that fails. Faults as {@link startNatsServer}, for the first start.
 */
export const keepNatsServer = async (options: Omit<NatsServerOptions, 'onExit'>): Promise<KeptNatsServer> => {
  let stopping = false;
  let server: NatsServer | undefined;
  let restarting = Promise.resolve();
  const lost = Promise.withResolvers<string>();
  const start = (port: number | undefined): Promise<NatsServer> =>
    startNatsServer({
      ...options,
      ...(port !== undefined && { port }),
      onExit: ({ code, signal }) => {
        server = undefined;
        if (stopping) return;
        options.say?.(`nats-server ended (${signal ?? code}); starting it again`);
        restarting = restart();
      },
    });
  const restart = async (): Promise<void> => {
    for (let wait = FIRST_WAIT_MS; !stopping; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        server = await start(first.port);
        return;
      } catch (error) {
        // What is gone does not come back by trying, and a new store in its place would forget everything.
        if (isFault(error, 'STORE_VANISHED')) return lost.resolve(error.message);
        options.say?.(`nats-server did not start again: ${error instanceof Error ? error.message : error}`);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
  const first = await start(options.port);
  server = first;
  return {
    url: first.url,
    port: first.port,
    version: first.version,
    binary: first.binary,
    pid: () => server?.pid,
    lost: lost.promise,
    stop: async () => {
      stopping = true;
      await restarting;
      await server?.stop();
    },
  };
};
