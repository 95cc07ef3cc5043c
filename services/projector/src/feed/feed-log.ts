import { encodeToken, Fault, FEED_CONTENT_TYPE, STREAMS, subscriptions } from '@edict/contracts';
import type { StoreConnection } from '@edict/nats';
import type { StoredMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { createdAt, fetchMessage, type Stored, storeMessage } from '../broker.ts';
import { type Position, readPosition, START } from '../position.ts';
import type { FeedMessage } from './feed-messages.ts';

/** On each message of the feed: how far the feed was, per stream of journals, when it was sent. */
const POSITION_HEADER = 'Edict-Feed-Position';
const REPLACED = 'the feed was deleted and made again; it is opened anew';
/** How many messages that say nothing of it are passed over before the feed counts as empty. */
const LOOK_BACK = 1_000;

/** Positions by stream of journals. */
export type FeedPositions = Readonly<Record<string, Position>>;

/**
 * The feed's stream, and how far it is. It has no other checkpoint than what its own messages say: each of them says
 * for every stream up to where all events are in the feed, so the last one, whoever sent it, is enough to go on.
 */
export interface FeedLog {
  /** Reads back how far a stream is; {@link START} when the feed does not say. */
  open(stream: string): Promise<FeedSection>;
}

/** What one stream of journals has in the feed. */
export interface FeedSection {
  position(): Position;
  /** Notes how far it is: the messages that are sent from now on say so. */
  advance(position: Position): void;
  /** Stores a message; with `then` this message itself says that the feed is complete up to there. */
  send(message: FeedMessage, then?: Position): Promise<Stored>;
  /** Whether the feed is still the one that was opened, and not one of that name that was made since. */
  intact(): Promise<boolean>;
}

/** The feed's stream as it was when it was opened. */
interface Opened {
  readonly created: string;
  positions: FeedPositions;
}

export const createFeedLog = (store: StoreConnection): FeedLog => {
  let latest: Opened | undefined;

  /** Every stream's position is read before any message is sent, because each message states them all. */
  const current = async (): Promise<Opened> => {
    const created = await createdAt(store, STREAMS.events);
    if (latest?.created !== created) latest = { created, positions: await lastPositions(store) };
    return latest;
  };
  // Several sections open at once; one after another they find what the first one has read.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (): Promise<Opened> => {
    const turn = queue.then(current, current);
    queue = turn;
    return turn;
  };

  return {
    open: async (stream) => {
      const feed = await inTurn();
      const state = (position: Position): FeedPositions => ({ ...feed.positions, [stream]: position });
      return {
        position: () => feed.positions[stream] ?? START,
        advance: (position) => {
          feed.positions = state(position);
        },
        send: async (message, then) => {
          if (feed !== latest) throw new Fault('UNAVAILABLE', REPLACED, { retriable: true });
          return send(store, message, then === undefined ? feed.positions : state(then));
        },
        intact: async () => (await createdAt(store, STREAMS.events)) === feed.created,
      };
    },
  };
};

const send = async (
  store: StoreConnection,
  { address, id, text }: FeedMessage,
  positions: FeedPositions,
): Promise<Stored> => {
  const facts = headers();
  facts.set('content-type', FEED_CONTENT_TYPE);
  facts.set('Nats-Msg-Id', messageId(id));
  facts.set(POSITION_HEADER, headerText(positions));
  const stored = await storeMessage(store, address, text, facts);
  if (stored !== 'conflict') return stored;
  throw new Fault('JETSTREAM_ERROR', `${address} was refused under an expectation that nobody stated`);
};

/** What a header says as it is, less the sign that every other id has in it once it is encoded. */
const PLAIN_ID = /^[\x20-\x3c\x3e-\x7e]+$/;

/** An event's id as a header may hold it: different for different ids, whatever the name of a workspace in it is. */
const messageId = (id: string): string => (PLAIN_ID.test(id) ? id : encodeToken(id));

const lastPositions = async (store: StoreConnection): Promise<FeedPositions> => {
  const last = await fetchMessage(store, STREAMS.events, { last_by_subj: subscriptions.allEvents });
  if (typeof last === 'string') return {};
  const told = positionsIn(last);
  for (
    let seq = last.seq - 1, end = Math.max(0, last.seq - LOOK_BACK);
    told === undefined && seq > end;
    seq--
  ) {
    const earlier = await fetchMessage(store, STREAMS.events, { seq });
    const positions = typeof earlier === 'string' ? undefined : positionsIn(earlier);
    if (positions !== undefined) return positions;
  }
  return told ?? {};
};

const positionsIn = ({ header }: StoredMsg): FeedPositions | undefined => {
  const text = header?.get(POSITION_HEADER);
  if (text === undefined || text === '') return undefined;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const positions: Record<string, Position> = {};
    for (const [stream, stated] of Object.entries(value)) {
      const position = readPosition(stated);
      if (position !== undefined) positions[stream] = position;
    }
    return positions;
  } catch {
    return undefined;
  }
};

/** JSON in ASCII: names of workspaces stand in it, and a header is a line of plain text. */
const headerText = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
