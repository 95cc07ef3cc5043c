import {
  ERROR_CODES,
  Fault,
  type LimitStatus,
  type Problem,
  type Receipt,
  type VerdictReply,
} from '@edict/contracts';

/** The error of any reply: what happened, where, and whether the same message may be sent again. */
export interface ReplyError {
  readonly code: string;
  readonly message: string;
  readonly retriable: boolean;
  /** JSON pointer to the field that was refused. */
  readonly path?: string;
  readonly problems?: readonly Problem[];
  readonly reasons?: readonly { readonly code: string; readonly message: string }[];
  readonly current_revision?: number;
}

/** No answer that can be used: always a no. */
export interface Refused {
  readonly decision: false;
  readonly error: ReplyError;
}

/** A recorded verdict, or an error that denies. `decision` is true only for an allowed request. */
export type DecisionReply = (VerdictReply & { readonly error?: undefined }) | Refused;

/** The fields of a good reply, or an error; never both. */
export type Reply<T> = (T & { readonly error?: undefined }) | { readonly error: ReplyError };

export type OutcomeReply = Reply<{
  readonly request_id: string;
  readonly settled: boolean;
  readonly effect: string;
  /** The value as it may be passed on; absent when none was reported or it is withheld. */
  readonly value?: unknown;
  readonly limits: readonly LimitStatus[];
  readonly receipt: Receipt;
}>;

/** The acknowledgement of a signal, as contract §5 has it. */
export interface SignalReply {
  readonly ok: boolean;
  readonly duplicate: boolean;
  readonly message_id: string;
  readonly session_id: string;
  readonly session_state: string;
  readonly accepted_at_unix_ms: number | null;
  readonly error: ReplyError | null;
  readonly receipt: Receipt | null;
}

/**
 * A fault of the surroundings as the error of a reply. A timeout is `UNAVAILABLE`, not `DEADLINE`: the caller cannot
 * know whether the worker decided, and may ask again under the same id.
 */
const faultError = (fault: Fault): ReplyError => ({
  code: Object.hasOwn(ERROR_CODES, fault.code) ? fault.code : 'UNAVAILABLE',
  message: fault.message,
  retriable: fault.retriable || !Object.hasOwn(ERROR_CODES, fault.code),
});

/** The error of a request whose reply never came. */
export const noAnswer = (fault: Fault | undefined): ReplyError =>
  faultError(fault ?? new Fault('UNAVAILABLE', 'no answer arrived', { retriable: true }));

/** What stands in for a reply that is not what the contract says: nothing in it is believed. */
const garbled = (what: string): ReplyError => ({
  code: 'UNAVAILABLE',
  message: `the reply ${what}; it was treated as a denial`,
  retriable: true,
});

/**
 * Reads the reply to a decision request and believes nothing it cannot check: bytes that are no JSON, a reply
 * without `decision`, to another request, or one that contradicts itself all deny.
 */
export const readDecision = (data: Uint8Array, requestId: string | undefined): DecisionReply => {
  const reply = readObject(data);
  if (reply === undefined) return deny(garbled('is not a JSON object'));
  const { decision, effect, error, request_id } = reply;
  if (isReplyError(error)) return deny(error);
  if (typeof decision !== 'boolean' || decision !== (effect === 'allow')) {
    return deny(garbled('has a decision that does not fit its effect'));
  }
  if (requestId !== undefined && request_id !== requestId) {
    return deny(garbled(`answers request ${String(request_id)}, not ${requestId}`));
  }
  return reply as unknown as DecisionReply;
};

export const deny = (error: ReplyError): Refused => ({ decision: false, error });

/** Reads any other reply: an object, with an error of the contract's shape or none. */
export const readReply = <T>(data: Uint8Array): Reply<T> => {
  const reply = readObject(data);
  if (reply === undefined) return { error: garbled('is not a JSON object') };
  if (isReplyError(reply['error'])) return { error: reply['error'] };
  return reply as Reply<T>;
};

/** The ids of a signal, if it has any. */
type SentSignal = { readonly message_id?: string; readonly session_id?: string } | null | undefined;

/** Reads the acknowledgement of a signal; the ids of what was sent stand in when there is none. */
export const readSignalReply = (data: Uint8Array, sent: SentSignal): SignalReply => {
  const reply = readObject(data);
  if (reply !== undefined && typeof reply['ok'] === 'boolean') return reply as unknown as SignalReply;
  const error = reply?.['error'];
  return unacknowledged(sent, isReplyError(error) ? error : garbled('is not an acknowledgement'));
};

export const unacknowledged = (sent: SentSignal, error: ReplyError): SignalReply => ({
  ok: false,
  duplicate: false,
  message_id: sent?.message_id ?? '',
  session_id: sent?.session_id ?? '',
  session_state: 'UNKNOWN',
  accepted_at_unix_ms: null,
  error,
  receipt: null,
});

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A JSON object from bytes; `undefined` when they are anything else. */
export const readObject = (data: Uint8Array): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(decoder.decode(data));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const isReplyError = (error: unknown): error is ReplyError =>
  typeof error === 'object' && error !== null && typeof (error as ReplyError).code === 'string';
