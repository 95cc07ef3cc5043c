import { Fault } from '@edict/contracts';
import { isOvertaken, type StoreConnection } from '@edict/nats';
import { JetStreamApiError, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';

const STREAM_NOT_FOUND = 10059;

interface PublishAck {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string };
}

/** Where a message was stored; `duplicate`: it was there already under its id. */
export interface Stored {
  readonly sequence: number;
  readonly duplicate: boolean;
}

/** Stores a message in whatever stream takes its subject. `conflict`: the expected sequence was not the last one. */
export const storeMessage = async (
  store: StoreConnection,
  subject: string,
  text: string,
  headers: MsgHdrs,
): Promise<Stored | 'conflict'> => {
  const reply = await store.requester.request(subject, text, { headers });
  const { seq, duplicate, error } = reply.json<PublishAck>();
  if (error === undefined && seq !== undefined) return { sequence: seq, duplicate: duplicate === true };
  if (isOvertaken(error)) return 'conflict';
  const why = error?.description ?? 'the acknowledgement is not readable';
  throw new Fault('JETSTREAM_ERROR', `storing ${subject}: ${why}`, { retriable: true });
};

type MessageQuery = { readonly last_by_subj: string } | { readonly seq: number };

/** A stored message from its stream's leader. `absent`: there is none; `no-stream`: not even the stream. */
export const fetchMessage = async (
  store: StoreConnection,
  stream: string,
  query: MessageQuery,
): Promise<StoredMsg | 'absent' | 'no-stream'> => {
  const jsm = await jetstreamManager(store.nc, { checkAPI: false });
  try {
    return (await jsm.streams.getMessage(stream, query)) ?? 'absent';
  } catch (error) {
    if (isNoStream(error)) return 'no-stream';
    throw error;
  }
};

/** When a stream was created: tells it from one of that name that was created since; empty when there is none. */
export const createdAt = async (store: StoreConnection, stream: string): Promise<string> => {
  const jsm = await jetstreamManager(store.nc, { checkAPI: false });
  try {
    return (await jsm.streams.info(stream)).created;
  } catch (error) {
    if (isNoStream(error)) return '';
    throw error;
  }
};

/** How long a stream keeps its messages, in milliseconds; 0: for ever. */
export const ageOf = async (store: StoreConnection, stream: string): Promise<number> => {
  const jsm = await jetstreamManager(store.nc, { checkAPI: false });
  return (await jsm.streams.info(stream)).config.max_age / 1_000_000;
};

const isNoStream = (error: unknown): boolean =>
  error instanceof JetStreamApiError && Number(error.code) === STREAM_NOT_FOUND;
