import { type DecisionRequest, type IntakeVerb, STREAMS } from '@edict/contracts';
import type { CallOptions, SignalEnvelope } from './edict.ts';
import { isObject, NOT_AN_OBJECT } from './objects.ts';
import { noAnswer, type Reply, readObject } from './replies.ts';
import type { Done } from './transport.ts';

/** Leaves messages for the services without waiting for their answers, which come on the feed. */
export interface SubmitClient {
  /**
   * Resolves once the request is stored: it will be decided, also when every service is down now. The verdict comes as
   * `verdict.issued` under this id, a fresh one when the request has none. After an error that may be repeated, submit
   * again under the same id.
   */
  decide(request: DecisionRequest, options?: CallOptions): Promise<Submitted>;
  /** The same for a signal, whose id is its `message_id`. */
  signal(envelope: SignalEnvelope, options?: CallOptions): Promise<Submitted>;
}

export type Submitted = Reply<{
  /** The id under which the feed tells what became of it. */
  readonly request_id: string;
  /** Its place in the stream. */
  readonly sequence: number;
}>;

/** Sends a message to the intake; `done` gets the broker's acknowledgement. */
export type Store = (verb: IntakeVerb, message: object, options: CallOptions | undefined, done: Done) => void;

/** `store` is absent for an agent with credentials of its own, which may not publish to the intake. */
export const createSubmitClient = (store: Store | undefined): SubmitClient => {
  const submit = (
    verb: IntakeVerb,
    request_id: string,
    message: object,
    options?: CallOptions,
  ): Promise<Submitted> =>
    new Promise((resolve) => {
      if (store === undefined) return resolve(NOT_ITS_OWN);
      if (!isObject(message)) return resolve(refused('BAD_REQUEST', NOT_AN_OBJECT, false));
      store(verb, message, options, (fault, data) =>
        resolve(data === undefined ? { error: noAnswer(fault) } : readStored(data, request_id)),
      );
    });
  return {
    decide: (request, options) => {
      const request_id = request?.request_id ?? crypto.randomUUID();
      return submit('decide', request_id, isObject(request) ? { ...request, request_id } : request, options);
    },
    signal: (envelope, options) => submit('signal', envelope?.message_id, envelope, options),
  };
};

const NOT_ITS_OWN: Submitted = {
  error: {
    code: 'FORBIDDEN',
    message:
      'the intake is for callers that speak for others; an agent with an identity of its own asks and waits',
    retriable: false,
  },
};

/** How the broker says that a workspace has left as much as it may, and that a message is too large. */
const FULL = 10077;
const TOO_LARGE = 10054;

interface Stored {
  readonly stream?: string;
  readonly seq?: number;
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

/** Reads the broker's acknowledgement: only one of the intake counts. */
const readStored = (data: Uint8Array, request_id: string): Submitted => {
  const { stream, seq, error } = (readObject(data) ?? {}) as Stored;
  if (stream === STREAMS.intake && typeof seq === 'number') return { request_id, sequence: seq };
  const why = error?.description ?? 'what answered is not the intake';
  switch (error?.err_code) {
    case FULL:
      return refused('OVERLOADED', `as much is waiting as the workspace may leave: ${why}`, true);
    case TOO_LARGE:
      return refused('BAD_REQUEST', why, false);
    default:
      return refused('UNAVAILABLE', `the message was not stored: ${why}`, true);
  }
};

const refused = (code: string, message: string, retriable: boolean): Submitted => ({
  error: { code, message, retriable },
});
