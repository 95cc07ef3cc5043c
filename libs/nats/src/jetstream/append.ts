import { Fault, isFault } from '@edict/contracts';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { certainHead } from './heads.ts';
import { type ApiReply, isOvertaken } from './jetstream-api.ts';
import type { JournalPlace } from './jetstream-journal.ts';

interface PublishAck {
  readonly stream: string;
  readonly seq: number;
}

/** The headers of a journal's commits, as far as they are always the same. */
export const fencedHeaders = (stream: string): MsgHdrs => {
  const fenced = headers();
  fenced.set('Nats-Expected-Stream', stream);
  return fenced;
};

/**
 * Appends one commit behind a head, under the fence.
 * Faults: `JOURNAL_UNCERTAIN` (it may be stored), `JOURNAL_REFUSED` (it is not).
 */
export const append = async (
  place: JournalPlace,
  head: number,
  bytes: Uint8Array,
): Promise<'appended' | 'conflict'> => {
  const { index, store, subject, timeoutMs, fenced, stayAwake } = place;
  // The fence is the sequence of the head that was read or appended here, never one that the caller guesses.
  const fence =
    index.sequenceOf(head) ?? ((await certainHead(place)) === head ? index.sequenceOf(head) : undefined);
  if (fence === undefined || head < index.last()) return 'conflict';
  fenced.set('Nats-Expected-Last-Subject-Sequence', String(fence));
  const answer = store.requester.request(subject, bytes, { headers: fenced, timeoutMs });
  // Where more is on its way, there is enough to do meanwhile.
  if (store.requester.pending() === 1) stayAwake(answer);
  let reply: Msg;
  try {
    reply = await answer;
  } catch (cause) {
    throw unacknowledged(place.name, cause);
  }
  const sequence = sequenceIn(reply, place, fence);
  if (sequence === 'conflict') return 'conflict';
  index.learn(head + 1, sequence);
  return 'appended';
};

/** What the broker says of a commit: the sequence that it has now, which lies behind the fence, or `conflict`. */
const sequenceIn = (reply: Msg, { name, stream }: JournalPlace, fence: number): number | 'conflict' => {
  const ack = readAck(name, reply);
  if (ack.error === undefined) {
    if (ack.stream === stream && ack.seq > fence) return ack.seq;
    throw uncertain(name, `the broker acknowledged ${ack.stream}/${ack.seq}, which cannot be`);
  }
  const { code, err_code, description } = ack.error;
  if (isOvertaken(ack.error)) return 'conflict';
  throw refused(name, description ?? `code ${err_code ?? code}`, code >= 500);
};

const readAck = (name: string, reply: Msg): ApiReply<PublishAck> => {
  try {
    return reply.json<ApiReply<PublishAck>>();
  } catch (cause) {
    throw uncertain(name, 'the acknowledgement is not readable', cause);
  }
};

const unacknowledged = (name: string, cause: unknown): Fault => {
  const message = cause instanceof Error ? cause.message : String(cause);
  // Nobody listens: there is no such stream, so nothing was stored.
  if (isFault(cause, 'NO_RESPONDERS')) return refused(name, 'no stream takes its commits', true, cause);
  if (isFault(cause, 'UNSENDABLE')) return refused(name, message, false, cause);
  return uncertain(name, message, cause);
};

const uncertain = (name: string, why: string, cause?: unknown): Fault =>
  new Fault('JOURNAL_UNCERTAIN', `it is not known whether a commit of ${name} was stored: ${why}`, {
    retriable: true,
    cause,
  });

const refused = (name: string, why: string, retriable: boolean, cause?: unknown): Fault =>
  new Fault('JOURNAL_REFUSED', `the broker did not store a commit of ${name}: ${why}`, { retriable, cause });
