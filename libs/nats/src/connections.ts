import { Fault } from '@edict/contracts';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  PermissionViolationError,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { createListeners } from './listeners.ts';
import { createRequester, type Requester } from './requests/requester.ts';
import { serverAddresses } from './server-addresses.ts';

export interface ConnectionSettings {
  /** One or more `nats://[user:password@]host:port`; with `tls://` a server without TLS is refused. */
  readonly url: string | readonly string[];
  /** Shown by the server's monitoring, with the connection's role added. */
  readonly name: string;
  /** The content of a `.creds` file. */
  readonly credentials?: string;
  /** What reply addresses begin with: `_INBOX.<id>` for an agent whose permissions say so. */
  readonly inboxPrefix?: string;
  /** How long the first connection may take, in milliseconds (5000). */
  readonly connectTimeoutMs?: number;
}

/** A connection that reconnects for ever and says whether it is up. */
export interface Connection<Role extends 'edge' | 'store' = 'edge' | 'store'> {
  readonly role: Role;
  readonly nc: NatsConnection;
  /** Request/reply on this connection. */
  readonly requester: Requester;
  connected(): boolean;
  /** Calls back after each loss and return of the connection; the result ends that. */
  onChange(listener: (connected: boolean) => void): () => void;
  /** Sends what is buffered, lets callbacks finish, and closes. */
  close(): Promise<void>;
}

/** Takes requests and heartbeats; publishes replies only. */
export type EdgeConnection = Connection<'edge'>;
/** Owns journals and views; takes no request, because the broker does not check whom a service replies to. */
export type StoreConnection = Connection<'store'>;

/** Connects for requests and heartbeats. Fault `UNAVAILABLE` when no server answers. */
export const connectEdge = (settings: ConnectionSettings): Promise<EdgeConnection> => open('edge', settings);

/** Connects for journals and views. Fault `UNAVAILABLE` when no server answers. */
export const connectStore = (settings: ConnectionSettings): Promise<StoreConnection> =>
  open('store', settings);

const RECONNECT_MS = 100;

const open = async <Role extends 'edge' | 'store'>(
  role: Role,
  settings: ConnectionSettings,
): Promise<Connection<Role>> => {
  const nc = await dial(role, settings);
  const changes = createListeners<[connected: boolean]>();
  let up = true;
  const change = (connected: boolean): void => {
    if (up === connected) return;
    up = connected;
    changes.tell(connected);
  };
  const refusals = createListeners<[subject: string]>();
  void followStatus(nc, change, refusals.tell);
  const requester = createRequester({
    nc,
    connected: () => up,
    onChange: changes.add,
    onForbidden: refusals.add,
  });
  const close = async (): Promise<void> => {
    if (up) await nc.drain().catch(() => nc.close());
    else await nc.close();
    change(false);
  };
  return { role, nc, requester, connected: () => up, onChange: changes.add, close };
};

const dial = async (role: string, settings: ConnectionSettings): Promise<NatsConnection> => {
  try {
    return await connect(options(role, settings));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(
      'UNAVAILABLE',
      `no NATS at ${serverAddresses(settings.url).hosts.join(', ')}: ${reason}`,
      {
        retriable: true,
        cause,
      },
    );
  }
};

/** An option that the client's types hide: from how many waiting bytes on it writes before the end of a microtask. */
const EARLY_WRITES: object = { pendingLimit: 1024 * 1024 };

const options = (role: string, settings: ConnectionSettings): ConnectionOptions => {
  const { hosts, user } = serverAddresses(settings.url);
  const authenticator =
    settings.credentials === undefined
      ? user && usernamePasswordAuthenticator(user.name, user.password)
      : credsAuthenticator(new TextEncoder().encode(settings.credentials));
  return {
    servers: [...hosts],
    name: `${settings.name} ${role}`,
    // The default captures a stack per request: a third of its cost.
    noAsyncTraces: true,
    // The client takes the scheme for decoration; who writes it wants no connection without.
    ...(hosts.some((host) => host.startsWith('tls://')) && { tls: {} }),
    ...EARLY_WRITES,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    // A server that freezes is noticed within three of these.
    pingInterval: 2_000,
    timeout: settings.connectTimeoutMs ?? 5_000,
    ...(settings.inboxPrefix !== undefined && { inboxPrefix: settings.inboxPrefix }),
    ...(authenticator !== undefined && { authenticator }),
  };
};

const followStatus = async (
  nc: NatsConnection,
  change: (connected: boolean) => void,
  refused: (subject: string) => void,
): Promise<void> => {
  for await (const status of nc.status()) {
    if (status.type === 'error' && status.error instanceof PermissionViolationError) {
      const { operation, subject } = status.error;
      if (operation === 'publish') refused(subject);
    }
    if (status.type === 'disconnect' || status.type === 'close') change(false);
    if (status.type === 'reconnect') change(true);
  }
  change(false);
};
