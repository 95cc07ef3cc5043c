import { journalAt } from '@edict/contracts';
import type { StoreConnection } from '@edict/nats';
import type { LostMessage, StoredMessage } from './store-reader.ts';

export type Reply = Awaited<ReturnType<StoreConnection['requester']['request']>>;

/** Asks one of JetStream's APIs. */
export type Ask = (api: string, payload: unknown) => Promise<Reply>;

/** Where a stream begins and ends, and how many of the places in between are empty. */
export interface StreamEnds {
  readonly first_seq: number;
  readonly last_seq: number;
  readonly num_deleted?: number;
}

interface Stretch {
  readonly stream: string;
  readonly after: number;
  readonly state: StreamEnds;
  /** Whether what lies in it may have been purged. */
  readonly purgeable: boolean;
  readonly onLost: (lost: LostMessage) => void;
}

/** How many messages are asked for at a time: enough to hide the round trip, few enough to bound memory. */
export const AT_ONCE = 256;
/** The status of a direct get that finds nothing. */
const NO_MESSAGE = 404;
const NOTHING = 'the broker has no message there';

/**
 * The messages of a stream, read one by one. Where journals were purged, a place without a message is nothing to tell
 * of: each chain knows by itself whether it misses one.
 */
export async function* readMessages(ask: Ask, stretch: Stretch): AsyncGenerator<StoredMessage> {
  const { stream, after, state, purgeable, onLost } = stretch;
  const mayBeEmpty = purgeable && (state.num_deleted ?? 0) > 0;
  for (let first = Math.max(state.first_seq, after + 1); first <= state.last_seq; ) {
    const sequences = range(first, Math.min(first + AT_ONCE - 1, state.last_seq));
    const read = await Promise.all(sequences.map((sequence) => readMessage(ask, stream, sequence)));
    const told = read.filter((message) => !(mayBeEmpty && 'why' in message && message.why === NOTHING));
    for (const message of told) {
      if ('journal' in message) yield message;
      else onLost(message);
    }
    first += sequences.length;
    // Many in a row may have been purged.
    if (told.length === 0) first = (await nextAfter(ask, stream, first)) ?? state.last_seq + 1;
  }
}

const readMessage = async (
  ask: Ask,
  stream: string,
  sequence: number,
): Promise<StoredMessage | LostMessage> => {
  try {
    const reply = await ask(`DIRECT.GET.${stream}`, { seq: sequence });
    const failure = reply.headers?.code === NO_MESSAGE ? NOTHING : failureOf(reply);
    if (failure !== undefined) return { stream, sequence, why: failure };
    const journal = journalAt(reply.headers?.get('Nats-Subject') ?? '');
    return journal === undefined
      ? { stream, sequence, why: 'its subject is no journal' }
      : { sequence, journal, bytes: reply.data };
  } catch (error) {
    return { stream, sequence, why: error instanceof Error ? error.message : String(error) };
  }
};

/** Where the next message lies, from a sequence on. */
const nextAfter = async (ask: Ask, stream: string, seq: number): Promise<number | undefined> => {
  const reply = await ask(`DIRECT.GET.${stream}`, { seq, next_by_subj: '>' });
  return failureOf(reply) === undefined ? Number(reply.headers?.get('Nats-Sequence')) : undefined;
};

/** A direct get answers with the message, or with a status in the headers. */
export const failureOf = ({ headers }: Reply): string | undefined =>
  headers !== undefined && headers.code >= 300 ? `${headers.code} ${headers.description}` : undefined;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
