import { anchorAddress, Fault, type JournalName, STREAMS, subscriptions } from '@edict/contracts';
import type { Anchor, Anchors } from '@edict/journal';
import { headers } from '@nats-io/transport-node';
import type { StoreConnection } from '../connections.ts';
import {
  type ApiReply,
  apiFault,
  askJetStream,
  getMessage,
  isOvertaken,
} from '../jetstream/jetstream-api.ts';
import { parseAnchor } from './parse-anchor.ts';

const STREAM = STREAMS.anchors;
/** Two owners of one journal exist for a moment at most. */
const TRIES = 5;
const AT_ONCE = 256;

/** Anchors in a stream of their own: other files on the broker's disk than the journals'. */
export const streamAnchors = (store: StoreConnection): Anchors => {
  /** Where the anchors lie that were seen here: the next one may only replace what is known. */
  const places = new Map<JournalName, Latest>();

  const latest = async (subject: string): Promise<Latest | undefined> => {
    const message = await getMessage(store, STREAM, { last_by_subj: subject });
    if (message === undefined) return undefined;
    const anchor = parseAnchor(Buffer.from(message.data).toString(), `stream ${STREAM}`);
    return { anchor, sequence: message.sequence };
  };
  const look = async (journal: JournalName): Promise<Latest | undefined> => {
    const found = await latest(anchorAddress(journal));
    if (found !== undefined) places.set(journal, found);
    return found;
  };

  return {
    place: `stream ${STREAM}`,
    read: async (journal) => (await look(journal))?.anchor,
    all: async () => {
      const subjects = await anchoredSubjects(store);
      const anchors: Anchor[] = [];
      for (let first = 0; first < subjects.length; first += AT_ONCE) {
        const some = await Promise.all(subjects.slice(first, first + AT_ONCE).map(latest));
        for (const found of some) if (found !== undefined) anchors.push(found.anchor);
      }
      return anchors;
    },
    write: async (anchor) => {
      const { journal } = anchor;
      for (let tries = 0; tries < TRIES; tries++) {
        const known = places.get(journal);
        if (known !== undefined && known.anchor.revision >= anchor.revision) return;
        const sequence = await replace(store, anchor, known?.sequence ?? 0);
        if (sequence !== undefined) {
          places.set(journal, { anchor, sequence });
          return;
        }
        await look(journal);
      }
      throw new Fault('ANCHOR_CONTENDED', `${journal} could not be anchored: others write its anchor`, {
        retriable: true,
      });
    },
  };
};

interface Latest {
  readonly anchor: Anchor;
  readonly sequence: number;
}

/** Writes an anchor over the one that is known; `undefined` when another one is there. */
const replace = async (
  store: StoreConnection,
  anchor: Anchor,
  known: number,
): Promise<number | undefined> => {
  const fenced = headers();
  fenced.set('Nats-Expected-Last-Subject-Sequence', String(known));
  const reply = await store.requester.request(anchorAddress(anchor.journal), JSON.stringify(anchor), {
    headers: fenced,
  });
  const { error, seq } = reply.json<ApiReply<{ seq: number }> & { seq?: number }>();
  if (error === undefined) return seq;
  if (isOvertaken(error)) return undefined;
  throw apiFault(`anchoring ${anchor.journal}`, error);
};

const anchoredSubjects = async (store: StoreConnection): Promise<string[]> => {
  const reply = await askJetStream<{ state: { subjects?: Record<string, number> } }>(
    store,
    `STREAM.INFO.${STREAM}`,
    { subjects_filter: subscriptions.journalAnchors },
  );
  if (reply.error !== undefined) throw apiFault(`listing ${STREAM}`, reply.error);
  return Object.keys(reply.state.subjects ?? {});
};
