import type { Rejection } from '@edict/contracts';
import type { Recorded } from './decider.ts';
import type { Answer, CommittedEvent } from './host-options.ts';
import type { IdPlace } from './id-generation.ts';
import type { IdMemory } from './id-memory.ts';
import type { Pending, Waiting } from './pending.ts';

/** A note for the id memory, to be taken once the commit is stored. */
export interface IdNote {
  readonly digest: string;
  readonly index: number;
  readonly answers: boolean;
  readonly place: IdPlace | undefined;
}

/** Commands decided one after another on speculative state, not yet stored. */
export interface Batch<C, E, S> {
  /** The time that its commands were stamped with. */
  readonly at: number;
  /** JSON text of each command that has events: the commit; none when no command of the batch has any. */
  readonly entryTexts: string[];
  readonly starts: number[];
  readonly recorded: { readonly pending: Pending<C, E>; readonly recorded: Recorded<C, E> }[];
  /** Refusals and answers without events: they wait like the rest, because they depend on state. */
  readonly unrecorded: {
    readonly waiting: Waiting<C, E, S>;
    /** The answer to a command; a question is asked when the batch is certain. */
    readonly settled: Answer<E> | undefined;
  }[];
  readonly notes: IdNote[];
  /** Digests of requests that another command of the batch answers anew: a repeat must wait for the next batch. */
  readonly answeredElsewhere: Set<string>;
  readonly events: CommittedEvent<E>[];
}

/** Thrown when a command's own decision failed: the batch is undone and goes on without it. */
export class PoisonedBatch extends Error {
  readonly waiting: unknown;
  readonly rejection: Rejection;
  constructor(waiting: unknown, rejection: Rejection, cause?: unknown) {
    super('a command could not be decided', { cause });
    this.waiting = waiting;
    this.rejection = rejection;
  }
}

/** Thrown when a command would make the commit larger than may be sent: it begins the next one. */
export class OverfullBatch extends Error {
  readonly fitting: number;
  constructor(fitting: number) {
    super('the commit is full');
    this.fitting = fitting;
  }
}

/** Takes the notes of a stored commit into the id memory. */
export const rememberIds = (
  memory: IdMemory,
  notes: readonly IdNote[],
  revision: number,
  at: number,
): void => {
  for (const { digest, index, answers, place } of notes) {
    if (answers) memory.remember(digest, { revision, index }, at);
    else memory.touch(digest, at, place);
  }
};
