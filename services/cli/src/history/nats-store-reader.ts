import {
  Fault,
  type JournalKind,
  type JournalName,
  journalAt,
  STREAMS,
  subscriptions,
} from '@edict/contracts';
import type { StoreConnection } from '@edict/nats';
import { readAnchors } from './read-anchors.ts';
import type { LostMessage, ReadOptions, StoredMessage, StoreReader } from './store-reader.ts';

/** How many messages are asked for at a time: enough to hide the round trip, few enough to bound memory. */
const AT_ONCE = 256;
/** An answer of the broker takes microseconds; a message it cannot load is sometimes never answered. */
const READ_TIMEOUT_MS = 3_000;

type Reply = Awaited<ReturnType<StoreConnection['requester']['request']>>;

/**
 * Reads streams message by message rather than through a consumer: a consumer stops in silence at a message that the
 * broker cannot load, and what cannot be read is exactly what an audit has to name.
 */
export const natsStoreReader = (store: StoreConnection): StoreReader => {
  const { requester } = store;
  const ask = (api: string, payload: unknown): Promise<Reply> =>
    requester.request(`$JS.API.${api}`, JSON.stringify(payload), { timeoutMs: READ_TIMEOUT_MS });

  const info = async (stream: string, options: object = {}): Promise<StreamInfo> => {
    const reply: unknown = (await ask(`STREAM.INFO.${stream}`, options)).json();
    if (isStreamInfo(reply)) return reply;
    const { error } = reply as { error?: { description?: string } };
    throw new Fault(
      'UNAVAILABLE',
      `the stream ${stream} cannot be read: ${error?.description ?? 'no state'}`,
      {
        retriable: true,
      },
    );
  };

  async function* commits(
    kind: JournalKind,
    { after = 0, onLost = refuseLost }: ReadOptions = {},
  ): AsyncGenerator<StoredMessage> {
    const stream = STREAMS[kind];
    const { state } = await info(stream);
    for (let first = Math.max(state.first_seq, after + 1); first <= state.last_seq; first += AT_ONCE) {
      const sequences = range(first, Math.min(first + AT_ONCE - 1, state.last_seq));
      const read = await Promise.all(sequences.map((sequence) => readMessage(ask, stream, sequence)));
      for (const message of read) {
        if ('journal' in message) yield message;
        else onLost(message);
      }
    }
  }

  const counts = async (kind: JournalKind): Promise<ReadonlyMap<JournalName, number>> => {
    const { state } = await info(STREAMS[kind], { subjects_filter: subscriptions.journals(kind) });
    return new Map(
      Object.entries(state.subjects ?? {}).flatMap(([subject, n]) => {
        const journal = journalAt(subject);
        return journal === undefined ? [] : [[journal, n] as const];
      }),
    );
  };

  const view = async (bucket: string, key: string): Promise<unknown> => {
    const reply = await ask(`DIRECT.GET.KV_${bucket}`, { last_by_subj: `$KV.${bucket}.${key}` });
    const deleted = reply.headers?.get('KV-Operation') ?? '';
    return failureOf(reply) !== undefined || deleted !== '' ? undefined : reply.json();
  };

  const viewsOf = async (bucket: string, firstToken: string): Promise<readonly unknown[]> => {
    const prefix = `$KV.${bucket}.`;
    const { state } = await info(`KV_${bucket}`, { subjects_filter: `${prefix}${firstToken}.>` });
    const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
    const values: unknown[] = [];
    for (let first = 0; first < keys.length; first += AT_ONCE) {
      const some = await Promise.all(keys.slice(first, first + AT_ONCE).map((key) => view(bucket, key)));
      for (const value of some) if (value !== undefined) values.push(value);
    }
    return values;
  };

  return { commits, counts, anchors: (folders) => readAnchors(store, folders), view, viewsOf };
};

type Ask = (api: string, payload: unknown) => Promise<Reply>;

const readMessage = async (
  ask: Ask,
  stream: string,
  sequence: number,
): Promise<StoredMessage | LostMessage> => {
  try {
    const reply = await ask(`DIRECT.GET.${stream}`, { seq: sequence });
    const failure = failureOf(reply);
    if (failure !== undefined) return { stream, sequence, why: failure };
    const journal = journalAt(reply.headers?.get('Nats-Subject') ?? '');
    return journal === undefined
      ? { stream, sequence, why: 'its subject is no journal' }
      : { sequence, journal, bytes: reply.data };
  } catch (error) {
    return { stream, sequence, why: error instanceof Error ? error.message : String(error) };
  }
};

/** A direct get answers with the message, or with a status in the headers. */
const failureOf = ({ headers }: Reply): string | undefined =>
  headers !== undefined && headers.code >= 300 ? `${headers.code} ${headers.description}` : undefined;

const refuseLost = ({ stream, sequence, why }: LostMessage): never => {
  throw new Fault('JOURNAL_BROKEN', `message ${sequence} of ${stream} cannot be read: ${why}`);
};

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

interface StreamInfo {
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

const isStreamInfo = (value: unknown): value is StreamInfo =>
  typeof value === 'object' && value !== null && 'state' in value;
