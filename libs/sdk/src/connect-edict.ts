import { encodeToken, Fault } from '@edict/contracts';
import { type Connection, connectEdge } from '@edict/nats';
import { createEdict, type Edict } from './edict.ts';
import type { Transport } from './transport.ts';

export interface ConnectOptions {
  /** One or more `nats://[user:password@]host:port`, parted by commas. */
  readonly url: string;
  readonly workspace?: string;
  /** Shown by the server's monitoring. */
  readonly name?: string;
  /** An agent with its own credentials: its id, which its addresses and its inbox then carry (contract §6). */
  readonly as?: string;
  /** The content of a `.creds` file. */
  readonly credentials?: string;
  /** How long the first connection may take, in milliseconds (5000). */
  readonly connectTimeoutMs?: number;
}

/**
 * Connects to a workspace. Rejects with the Fault `UNAVAILABLE` when no NATS answers the first time; later losses
 * are repaired in the background, and what is asked meanwhile is answered with an error that denies.
 */
export const connectEdict = async (options: ConnectOptions): Promise<Edict> => {
  const { url, workspace = 'default', name = 'edict-sdk', as } = options;
  const connection = await connectEdge({
    url,
    name,
    ...(as !== undefined && { inboxPrefix: `_INBOX.${encodeToken(as)}` }),
    ...(options.credentials !== undefined && { credentials: options.credentials }),
    ...(options.connectTimeoutMs !== undefined && { connectTimeoutMs: options.connectTimeoutMs }),
  });
  return createEdict(busTransport(connection), { workspace, ...(as !== undefined && { as }) });
};

/** A connection as what a client needs of it. Closing the transport closes the connection. */
export const busTransport = ({ nc, requester, close }: Connection): Transport => ({
  request: (address, payload, { timeoutMs, about, alone, headers }, done) => {
    if (alone) requester.send(address, payload, { timeoutMs }, (fault, reply) => done(fault, reply?.data));
    else requester.sendBundled(address, payload, { timeoutMs, about, ...(headers && { headers }) }, done);
  },
  subscribe: (address, onMessage, onRefused) => {
    const subscription = nc.subscribe(address, {
      callback: (error, message) => {
        if (error === null) onMessage(message.data);
        else
          onRefused(
            new Fault('UNAVAILABLE', `${address} cannot be followed: ${error.message}`, { cause: error }),
          );
      },
    });
    return () => subscription.unsubscribe();
  },
  close,
});
