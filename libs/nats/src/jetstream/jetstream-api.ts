import { Fault } from '@edict/contracts';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { StoreConnection } from '../connections.ts';
import { leadsAlone, majorityHeardAgo, type StreamCopies } from './leader-contact.ts';

/** How JetStream says no. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** What we read from JetStream's replies: any of them may be a refusal. */
export type ApiReply<T> = (T & { readonly error?: undefined }) | { readonly error: ApiError };

export const API_CODES = {
  noMessage: 10037,
  streamNotFound: 10059,
} as const;

/** How a write is refused whose expected sequence is not the last one any more: by one server, and in a cluster. */
const WRONG_LAST_SEQUENCE: readonly (number | undefined)[] = [10071, 10164];

/** Whether JetStream refused a write, in its reply or through its client, because somebody else wrote before. */
export const isOvertaken = (error: unknown): boolean =>
  WRONG_LAST_SEQUENCE.includes(
    error instanceof JetStreamApiError ? error.code : (error as ApiError | undefined)?.err_code,
  );

/** Asks JetStream's API; a refusal is a value. Faults as the requester's; no responders means that it does not run. */
export const askJetStream = async <T>(
  store: StoreConnection,
  verb: string,
  body: unknown,
  timeoutMs?: number,
): Promise<ApiReply<T>> => {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const reply = await store.requester.request(
    `$JS.API.${verb}`,
    payload,
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  return reply.json<ApiReply<T>>();
};

/** A refusal that leaves nothing to decide, as a fault. */
export const apiFault = (what: string, { err_code, code, description }: ApiError): Fault =>
  new Fault('JETSTREAM_ERROR', `${what}: ${description ?? 'no description'} (${err_code ?? code})`, {
    retriable: code >= 500,
  });

/** A message as it lies in a stream. */
export interface StoredMessage {
  readonly sequence: number;
  readonly data: Uint8Array;
  /** When the broker stored it, in milliseconds since 1970 by its own clock. */
  readonly at: number;
}

type MessageQuery =
  | { readonly last_by_subj: string }
  | { readonly seq: number; readonly next_by_subj?: string };

/** One message from the stream's leader, so that what was acknowledged is seen; `undefined` when there is none. */
export const getMessage = async (
  store: StoreConnection,
  stream: string,
  query: MessageQuery,
  timeoutMs?: number,
): Promise<StoredMessage | undefined> => {
  const reply = await askJetStream<{ message: { seq: number; data?: string; time: string } }>(
    store,
    `STREAM.MSG.GET.${stream}`,
    query,
    timeoutMs,
  );
  if (reply.error === undefined) {
    const { seq, data = '', time } = reply.message;
    return { sequence: seq, data: Buffer.from(data, 'base64'), at: Date.parse(time) };
  }
  if (reply.error.err_code === API_CODES.noMessage) return undefined;
  throw apiFault(`reading from ${stream}`, reply.error);
};

/** What the leader of a stream says about its end. */
export interface StreamEnd {
  /** The last sequence; 0 when nothing was ever stored. */
  readonly last: number;
  /**
   * How many milliseconds before the answer that was certainly all: a leader may have been cut off since. 0 when there
   * is one copy only.
   */
  readonly certainAgo: number;
}

/**
 * The end of a stream, from its leader.
 * Fault `UNAVAILABLE` when that leader was cut off from the others, who may have stored more since, or none is known.
 */
export const streamEnd = async (
  store: StoreConnection,
  stream: string,
  timeoutMs?: number,
): Promise<StreamEnd> => {
  const reply = await askJetStream<StreamCopies & { state: { last_seq: number } }>(
    store,
    `STREAM.INFO.${stream}`,
    undefined,
    timeoutMs,
  );
  if (reply.error !== undefined) throw apiFault(`asking for the state of ${stream}`, reply.error);
  const certainAgo = majorityHeardAgo(reply);
  if (!leadsAlone(certainAgo)) {
    throw new Fault('UNAVAILABLE', `nobody who hears a majority of the copies of ${stream} answers for it`, {
      retriable: true,
    });
  }
  return { last: reply.state.last_seq, certainAgo };
};

/** The last sequence of a stream, from its leader; faults as {@link streamEnd}. */
export const lastSequence = async (
  store: StoreConnection,
  stream: string,
  timeoutMs?: number,
): Promise<number> => (await streamEnd(store, stream, timeoutMs)).last;
