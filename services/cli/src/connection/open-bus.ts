import { setTimeout } from 'node:timers/promises';
import { type Fault, isFault } from '@edict/contracts';
import { type Connection, connectEdge, connectStore, type StoreConnection } from '@edict/nats';
import { busTransport, createEdict } from '@edict/sdk';
import { natsStoreReader } from '../history/nats-store-reader.ts';
import { unavailable } from '../stop.ts';
import type { Bus } from '../verb.ts';
import { askHealth } from './ask-health.ts';
import { HOW_TO_START } from './find-nats.ts';
import { withoutUser } from './without-user.ts';

const NAME = 'edict-cli';
const CONNECT_WITHIN_MS = 4_000;

/** A bus that is connected when it is first needed, and closed with whatever was opened. */
export interface OpenBus extends Bus {
  /** Whether something was asked that is not answered yet. */
  waiting(): boolean;
  close(): Promise<void>;
}

/** Two connections, as services have them: one asks, the other reads what is stored. `find` names the NATS once. */
export const openBus = (find: () => Promise<string>, workspace: string): OpenBus => {
  const url = once(find);
  let asking: Connection | undefined;
  const edge = once(async () => {
    asking = await reach(await url(), (at) => connectEdge({ url: at, name: NAME }));
    return asking;
  });
  const store = once(async () => reach(await url(), (at) => connectStore({ url: at, name: NAME })));
  return {
    edict: async (ws = workspace) => createEdict(busTransport(await edge()), { workspace: ws }),
    store: async () => natsStoreReader(await store()),
    health: async (question) => askHealth(await store(), question),
    onConnection: async (listener) => (await edge()).onChange(listener),
    waiting: () => (asking?.requester.pending() ?? 0) > 0,
    close: async () => {
      const opened: (Promise<Connection> | undefined)[] = [edge.started(), store.started()];
      await Promise.all(opened.map(async (connection) => (await connection)?.close()));
    },
  };
};

const once = <T>(make: () => Promise<T>) => {
  let made: Promise<T> | undefined;
  const get = (): Promise<T> => {
    made ??= make();
    return made;
  };
  get.started = (): Promise<T> | undefined => made;
  return get;
};

const reach = async <C extends Connection | StoreConnection>(
  url: string,
  connect: (url: string) => Promise<C>,
): Promise<C> => {
  try {
    return await soon(connect(url), url);
  } catch (error) {
    if (!isFault(error, 'UNAVAILABLE')) throw error;
    throw unavailable(`no NATS answers at ${withoutUser(url)}${causeOf(error)}`, HOW_TO_START);
  }
};

/** The client's own bound begins when a server greets, and a peer that is none never does. */
const soon = async <C extends Connection>(connecting: Promise<C>, url: string): Promise<C> => {
  const bound = new AbortController();
  const late = setTimeout(CONNECT_WITHIN_MS, undefined, { signal: bound.signal }).then(() => {
    connecting.then(({ close }) => close()).catch(() => undefined);
    throw unavailable(
      `${withoutUser(url)} did not speak NATS within ${CONNECT_WITHIN_MS / 1_000} s`,
      HOW_TO_START,
    );
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([connecting, late]);
  } finally {
    bound.abort();
  }
};

const causeOf = ({ cause }: Fault): string => (cause instanceof Error ? `: ${cause.message}` : '');
