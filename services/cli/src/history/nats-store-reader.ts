import {
  Fault,
  type JournalKind,
  type JournalName,
  journalAt,
  STREAMS,
  subscriptions,
} from '@edict/contracts';
import { jetStreamJournals, type StoreConnection, streamSnapshots } from '@edict/nats';
import { readAnchors } from './read-anchors.ts';
import { AT_ONCE, failureOf, type Reply, readMessages, type StreamEnds } from './read-messages.ts';
import type { LostMessage, ReadOptions, StoredMessage, StoreReader } from './store-reader.ts';

/** An answer of the broker takes microseconds; a message it cannot load is sometimes never answered. */
const READ_TIMEOUT_MS = 3_000;

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
    yield* readMessages(ask, { stream, after, state, purgeable: kind !== 'policies', onLost });
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

  return {
    commits,
    counts,
    anchors: (folders) => readAnchors(store, folders),
    view,
    viewsOf,
    openJournal: jetStreamJournals(store),
    snapshots: streamSnapshots(store),
  };
};

const refuseLost = ({ stream, sequence, why }: LostMessage): never => {
  throw new Fault('JOURNAL_BROKEN', `message ${sequence} of ${stream} cannot be read: ${why}`);
};

interface StreamInfo {
  readonly state: StreamEnds & {
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

const isStreamInfo = (value: unknown): value is StreamInfo =>
  typeof value === 'object' && value !== null && 'state' in value;
