import { Fault, NOTHING_RECORDED, type Rejection } from '@edict/contracts';
import type { Fifo } from './fifo.ts';
import type { Answer, Respond } from './host-options.ts';

/** A command that waits for its commit. */
export interface Pending<C, E> {
  /** The id of its entry: how it is recognised after a lost acknowledgement. */
  readonly id: string;
  readonly command: C;
  readonly ws: string;
  readonly deadline: number | undefined;
  readonly key: string | undefined;
  readonly digest: string | undefined;
  readonly respond: Respond<E>;
  /** Whether an append that held it may have been stored, so that nobody may say that nothing was recorded. */
  uncertain: boolean;
  answered: boolean;
  /** Copies of the same command that came in while it was in flight. */
  followers: Fifo<Pending<C, E>> | undefined;
}

/** A command as it came in. */
export const newPending = <C, E>(
  given: Omit<Pending<C, E>, 'uncertain' | 'answered' | 'followers'>,
): Pending<C, E> => ({ ...given, uncertain: false, answered: false, followers: undefined });

/** A question about the state that waits like a command, so that its answer is never stale. */
export interface Question<S> {
  readonly ask: (state: S, at: number) => void;
  /** On the clock's monotonic scale: in an outage it waits no longer. */
  readonly deadline: number;
  readonly refuse: (rejection: Rejection) => void;
}

export type Waiting<C, E, S> =
  | { readonly kind: 'command'; readonly pending: Pending<C, E> }
  | { readonly kind: 'question'; readonly question: Question<S> };

/** A question with the promise of its answer. */
export const askedQuestion = <T, S>(
  question: (state: S, at: number) => T,
  deadline: number,
): { question: Question<S>; answer: Promise<T> } => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const ask = (state: S, at: number): void => {
    try {
      resolve(question(state, at));
    } catch (error) {
      reject(error);
    }
  };
  const refuse = ({ code, message }: Rejection): void =>
    reject(new Fault(code, message, { retriable: true }));
  return { question: { ask, deadline, refuse }, answer: promise };
};

export const rejected = (rejection: Rejection): Answer<never> => ({ ok: false, rejection });

export const OVERLOADED: Rejection = {
  code: 'OVERLOADED',
  message: 'too many requests are waiting; send it again in a moment',
};
const DEADLINE: Rejection = {
  code: 'DEADLINE',
  message: 'the deadline of the request passed before it was decided; nothing was recorded',
};
export const UNAVAILABLE: Rejection = {
  code: 'UNAVAILABLE',
  message: 'the journal is out of reach; send it again with the same id',
};
export const FAILED: Rejection = {
  code: 'INTERNAL_ERROR',
  message: 'the request could not be decided because of a fault inside; nothing was recorded',
};
export const BROKEN: Rejection = {
  code: 'JOURNAL_BROKEN',
  message: 'the journal does not fit together and was stopped; run edict audit verify',
};

/** A refusal as it may be given: without promising that nothing was stored when an append may yet be. */
export const honest = (rejection: Rejection, { uncertain }: { readonly uncertain: boolean }): Rejection =>
  uncertain && NOTHING_RECORDED.has(rejection.code) ? UNAVAILABLE : rejection;

/** How to tell somebody that a deadline has passed. */
export const lateness = (pending: { readonly uncertain: boolean }): Rejection => honest(DEADLINE, pending);

/** When something that waits is late; `undefined`: never. */
export const deadlineOf = <C, E, S>(waiting: Waiting<C, E, S>): number | undefined =>
  waiting.kind === 'command' ? waiting.pending.deadline : waiting.question.deadline;
