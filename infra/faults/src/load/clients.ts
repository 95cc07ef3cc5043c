import { principalKey, sessionPartitionKey, type Verb, verbAddress } from '@edict/contracts';
import { connectEdge, type RequestKey } from '@edict/nats';
import { connect, headers } from '@nats-io/transport-node';
import { connect as connectOld, headers as oldHeaders } from 'nats';

/** Somebody who asks and waits for an answer. */
export interface Client {
  readonly name: string;
  /** The text of the reply; `undefined` when none came in time. */
  ask(verb: Verb, ws: string, text: string, timeoutMs: number): Promise<string | undefined>;
  close(): Promise<void>;
}

const TIMEOUT_HEADER = 'Edict-Timeout-Ms';
const PATIENT = { maxReconnectAttempts: -1, reconnectTimeWait: 100 };

/** The client of today, with each request a message of its own. */
const connectPlain = async (url: string, name: string): Promise<Client> => {
  const nc = await connect({ servers: url.split(','), name, ...PATIENT });
  return {
    name,
    ask: (verb, ws, text, timeout) => {
      const fields = headers();
      fields.set(TIMEOUT_HEADER, String(timeout));
      return nc.request(verbAddress(verb, ws), text, { timeout, headers: fields }).then(
        (reply) => reply.string(),
        () => undefined,
      );
    },
    close: () => nc.close(),
  };
};

/** The client of the 2.x line, which knows nothing of this product. */
const connectForeign = async (url: string, name: string): Promise<Client> => {
  const nc = await connectOld({ servers: url.split(','), name, ...PATIENT });
  return {
    name,
    ask: (verb, ws, text, timeout) => {
      const fields = oldHeaders();
      fields.set(TIMEOUT_HEADER, String(timeout));
      return nc.request(verbAddress(verb, ws), Buffer.from(text), { timeout, headers: fields }).then(
        (reply) => reply.string(),
        () => undefined,
      );
    },
    close: () => nc.close(),
  };
};

/** What the SDK asks with: requests of one turn travel together, and go to the owner once it is known. */
const connectBundling = async (url: string, name: string): Promise<Client> => {
  const { requester, close } = await connectEdge({ url, name });
  return {
    name,
    ask: (verb, ws, text, timeoutMs) =>
      new Promise((resolve) => {
        requester.sendBundled(
          verbAddress(verb, ws),
          text,
          { timeoutMs, about: keyOf(ws, text) },
          (_fault, data) => resolve(data === undefined ? undefined : Buffer.from(data).toString()),
        );
      }),
    close,
  };
};

/** What a request, an outcome or a signal is about. */
const keyOf = (ws: string, text: string): RequestKey | undefined => {
  const { subject, session_id } = JSON.parse(text) as {
    readonly subject?: { readonly type: string; readonly id: string };
    readonly session_id?: string;
  };
  if (subject !== undefined) return { kind: 'verdicts', key: principalKey({ ws, ...subject }) };
  return session_id === undefined
    ? undefined
    : { kind: 'sessions', key: sessionPartitionKey(ws, session_id) };
};

/** One client of each kind. */
export const connectClients = (url: string): Promise<readonly [Client, Client, Client]> =>
  Promise.all([connectPlain(url, 'plain'), connectForeign(url, 'foreign'), connectBundling(url, 'bundling')]);
