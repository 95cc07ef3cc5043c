import { Fault, isFault } from '@edict/contracts';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { API_CODES, type ApiError, type ApiReply } from './jetstream-api.ts';
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
 * Publishes one commit once, under the fence; answers its sequence, or `conflict`.
 * Faults: `JOURNAL_UNCERTAIN` (it may be stored), `JOURNAL_REFUSED` (it is not).
 */
export const appendOnce = async (
  place: JournalPlace,
  fence: number,
  bytes: Uint8Array,
): Promise<number | 'conflict'> => {
  const { name, store, stream, subject, timeoutMs, fenced, stayAwake } = place;
  fenced.set('Nats-Expected-Last-Subject-Sequence', String(fence));
  let reply: Msg;
  try {
    const answer = store.requester.request(subject, bytes, { headers: fenced, timeoutMs });
    // Where more is on its way, there is enough to do meanwhile.
    if (store.requester.pending() === 1) stayAwake(answer);
    reply = await answer;
  } catch (cause) {
    throw unacknowledged(name, cause);
  }
  const ack = readAck(name, reply);
  if (ack.error !== undefined) {
    if (isConflict(ack.error)) return 'conflict';
    throw refused(
      name,
      ack.error.description ?? `code ${ack.error.err_code ?? ack.error.code}`,
      ack.error.code >= 500,
    );
  }
  if (ack.stream === stream && ack.seq > fence) return ack.seq;
  throw uncertain(name, `the broker acknowledged ${ack.stream}/${ack.seq}, which cannot be`);
};

const readAck = (name: string, reply: Msg): ApiReply<PublishAck> => {
  try {
    return reply.json<ApiReply<PublishAck>>();
  } catch (cause) {
    throw uncertain(name, 'the acknowledgement is not readable', cause);
  }
};

const isConflict = ({ err_code }: ApiError): boolean =>
  err_code === API_CODES.wrongLastSequence || err_code === API_CODES.wrongLastSequenceInCluster;

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
