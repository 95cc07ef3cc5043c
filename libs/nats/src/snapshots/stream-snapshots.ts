import {
  decodeToken,
  Fault,
  type JournalName,
  STREAMS,
  snapshotAddress,
  subscriptions,
} from '@edict/contracts';
import type { SealedSnapshot, Snapshots } from '@edict/journal';
import type { StoreConnection } from '../connections.ts';
import {
  type ApiReply,
  apiFault,
  askJetStream,
  getMessage,
  type StoredMessage,
} from '../jetstream/jetstream-api.ts';
import { readAhead } from '../jetstream/read-ahead.ts';

const STREAM = STREAMS.snapshots;
const TIMEOUT_MS = 5_000;
/** What the last message of a whole snapshot begins with; frames begin with a byte below that of any letter. */
const SEAL = /^sealed by (\d{1,15})$/;

/** Snapshots as messages of a stream: a subject for each, a message per frame, and a seal at its end. */
export const streamSnapshots = (store: StoreConnection): Snapshots => {
  const idsOf = async (journal: JournalName): Promise<string[]> => {
    const reply = await askJetStream<{ state: { subjects?: Record<string, number> } }>(
      store,
      `STREAM.INFO.${STREAM}`,
      { subjects_filter: subscriptions.snapshotsOf(journal) },
    );
    if (reply.error !== undefined) throw apiFault(`listing ${STREAM}`, reply.error);
    return Object.keys(reply.state.subjects ?? {}).flatMap(
      (subject) => decodeToken(subject.slice(subject.lastIndexOf('.') + 1)) ?? [],
    );
  };
  const lastOf = (journal: JournalName, id: string): Promise<StoredMessage | undefined> =>
    getMessage(store, STREAM, { last_by_subj: snapshotAddress(journal, id) }, TIMEOUT_MS);
  const sealOf = async (journal: JournalName, id: string): Promise<readonly SealedSnapshot[]> => {
    const last = await lastOf(journal, id);
    const checkpoint = last === undefined ? undefined : sealIn(last.data);
    return checkpoint === undefined ? [] : [{ id, checkpoint }];
  };
  const remove = async (journal: JournalName, id: string): Promise<void> => {
    const filter = snapshotAddress(journal, id);
    const reply = await askJetStream<object>(store, `STREAM.PURGE.${STREAM}`, { filter }, TIMEOUT_MS);
    if (reply.error !== undefined) throw apiFault(`removing snapshot ${id}`, reply.error);
  };

  return {
    append: (journal, id, frame) => put(store, snapshotAddress(journal, id), frame),
    seal: (journal, { id, checkpoint }) =>
      put(store, snapshotAddress(journal, id), Buffer.from(`sealed by ${checkpoint}`)),
    sealed: async (journal) => {
      const found = await Promise.all((await idsOf(journal)).map((id) => sealOf(journal, id)));
      return found.flat().sort((a, b) => b.checkpoint - a.checkpoint);
    },
    read: async function* (journal, id) {
      const last = await lastOf(journal, id);
      if (last === undefined) return;
      const place = { name: `snapshot ${id}`, store, stream: STREAM, subject: snapshotAddress(journal, id) };
      for await (const { data } of readAhead({ ...place, timeoutMs: TIMEOUT_MS }, 0, last.sequence)) {
        if (sealIn(data) === undefined) yield data;
      }
    },
    keepOnly: async (journal, ids) => {
      for (const id of await idsOf(journal)) if (!ids.includes(id)) await remove(journal, id);
    },
  };
};

const sealIn = (data: Uint8Array): number | undefined => {
  const revision = SEAL.exec(
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1', 0, 40),
  );
  return revision === null || data.byteLength > 40 ? undefined : Number(revision[1]);
};

const put = async (store: StoreConnection, subject: string, data: Uint8Array): Promise<void> => {
  const reply = await store.requester.request(subject, data, { timeoutMs: TIMEOUT_MS });
  const { error, stream } = reply.json<ApiReply<object> & { stream?: string }>();
  if (error !== undefined) throw apiFault('storing a frame of a snapshot', error);
  if (stream !== STREAM) throw new Fault('SNAPSHOT_MISPLACED', `${stream} took a frame of a snapshot`);
};
