import type { Entry, JournalEvent, Rejection } from '@edict/contracts';
import { entryText, eventText, type Head } from './commit-text.ts';
import type { Decider, EventPlace, Recorded, SpeculativeState } from './decider.ts';
import { shortDigest } from './hash.ts';
import type { Answer, CommittedEvent, FactsOf, HostLimits } from './host-options.ts';
import type { IdPlace } from './id-generation.ts';
import type { IdMemory } from './id-memory.ts';
import { FAILED, lateness, type Pending, rejected, type Waiting } from './pending.ts';

/** What a batch needs to know of its host. */
export interface Speculation<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly decider: Decider<C, E, S, F>;
  readonly state: S;
  readonly head: Head;
  readonly journal: `${'policies' | 'verdicts' | 'sessions'}.${string}`;
  readonly facts: (command: C, ws: string, state: S) => FactsOf<F>;
  readonly limits: HostLimits;
  readonly at: number;
  readonly monotonic: number;
  /** Refuses a command whose own decision failed, at once: it is not part of any batch. */
  readonly refuse: (waiting: Waiting<C, E, S>, rejection: Rejection) => void;
}

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
class PoisonedBatch extends Error {
  readonly waiting: unknown;
  readonly rejection: Rejection;
  constructor(waiting: unknown, rejection: Rejection, cause?: unknown) {
    super('a command could not be decided', { cause });
    this.waiting = waiting;
    this.rejection = rejection;
  }
}

/**
 * Takes waiting commands from the front of the queue and decides them in order, each on the state that those
 * before it left. The state stays marked: the caller releases it, or rolls it back.
 */
export const speculate = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  queue: Waiting<C, E, S>[],
  context: Speculation<C, E, S, F>,
): { batch: Batch<C, E, S>; taken: Waiting<C, E, S>[] } => {
  for (;;) {
    context.state.mark();
    try {
      const result = decideInOrder(queue, context);
      queue.splice(0, result.taken.length);
      return result;
    } catch (error) {
      context.state.rollback();
      if (!(error instanceof PoisonedBatch)) throw error;
      const poisoned = error.waiting as Waiting<C, E, S>;
      queue.splice(queue.indexOf(poisoned), 1);
      context.refuse(poisoned, error.rejection);
    }
  }
};

const decideInOrder = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  queue: readonly Waiting<C, E, S>[],
  context: Speculation<C, E, S, F>,
): { batch: Batch<C, E, S>; taken: Waiting<C, E, S>[] } => {
  const batch: Batch<C, E, S> = {
    at: context.at,
    entryTexts: [],
    starts: [],
    recorded: [],
    unrecorded: [],
    notes: [],
    answeredElsewhere: new Set(),
    events: [],
  };
  const taken: Waiting<C, E, S>[] = [];
  let bytes = 0;
  for (const waiting of queue) {
    if (taken.length >= context.limits.batchCommands || bytes >= context.limits.batchBytes) break;
    if (mustWait(waiting, batch, context)) break;
    taken.push(waiting);
    bytes += waiting.kind === 'question' ? 0 : decideOne(waiting, batch, context);
    if (waiting.kind === 'question') batch.unrecorded.push({ waiting, settled: undefined });
  }
  return { batch, taken };
};

/**
 * A command whose request the state holds open, or that was just answered otherwise, is a repeat: it ends the batch
 * and is looked up once that is stored.
 */
const mustWait = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  waiting: Waiting<C, E, S>,
  { answeredElsewhere }: Batch<C, E, S>,
  { decider, state }: Speculation<C, E, S, F>,
): boolean => {
  if (waiting.kind === 'question' || waiting.pending.key === undefined) return false;
  const { key, digest } = waiting.pending;
  return answeredElsewhere.has(digest ?? '') || decider.pinned?.(state, key) !== undefined;
};

const decideOne = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  waiting: Waiting<C, E, S> & { kind: 'command' },
  batch: Batch<C, E, S>,
  context: Speculation<C, E, S, F>,
): number => {
  const { pending } = waiting;
  const settleWith = (rejection: Rejection): number => {
    batch.unrecorded.push({ waiting, settled: rejected(rejection) });
    return 0;
  };
  if (pending.deadline !== undefined && context.monotonic > pending.deadline) {
    return settleWith(lateness(pending));
  }
  try {
    const gathered = context.facts(pending.command, pending.ws, context.state);
    if (!gathered.ok) return settleWith(gathered.rejection);
    const input = { command: pending.command, ws: pending.ws, at: context.at, facts: gathered.facts };
    const decision = context.decider.decide(input, context.state);
    if (!decision.ok) return settleWith(decision.rejection);
    if (decision.events.length > 0) return record(waiting, decision.events, gathered.facts, batch, context);
    const reply = JSON.stringify(decision.answer ?? null);
    batch.unrecorded.push({ waiting, settled: { ok: true, reply, repeated: false } });
    return 0;
  } catch (cause) {
    if (cause instanceof PoisonedBatch) throw cause;
    throw new PoisonedBatch(waiting, FAILED, cause);
  }
};

const record = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  waiting: Waiting<C, E, S> & { kind: 'command' },
  events: readonly E[],
  facts: F,
  batch: Batch<C, E, S>,
  context: Speculation<C, E, S, F>,
): number => {
  const { decider, head, journal, at, limits } = context;
  const { pending } = waiting;
  const { id, command, ws } = pending;
  const first = batch.events.length;
  let answer = { event: events[0] as E, dataText: '', index: first };
  let texts = '';
  for (const [i, event] of events.entries()) {
    const dataText = JSON.stringify(event.data);
    texts += i === 0 ? eventText(event.type, dataText) : `,${eventText(event.type, dataText)}`;
    const index = first + i;
    const answers = fold(
      event,
      { ws, at, revision: head.revision + 1, index, command },
      pending,
      batch,
      context,
    );
    if (answers || i === 0) answer = { event, dataText, index };
  }
  const stored = decider.encodeFacts === undefined ? facts : decider.encodeFacts(facts);
  const text = entryText({
    id,
    at,
    ws,
    command: decider.encode?.(command) ?? JSON.stringify(command),
    facts: stored === undefined ? undefined : JSON.stringify(stored),
    events: texts,
  });
  if (text.length > limits.entryBytes) {
    const message = `the command and its events have ${text.length} bytes; at most ${limits.entryBytes} are allowed`;
    throw new PoisonedBatch(waiting, { code: 'PAYLOAD_TOO_LARGE', message });
  }
  batch.entryTexts.push(text);
  batch.starts.push(first);
  const entry: Entry<C, E> = { id, at, ws, command, facts: stored, events };
  const receipt = { journal, revision: head.revision + 1, index: answer.index };
  batch.recorded.push({
    pending,
    recorded: { entry, event: answer.event, dataText: answer.dataText, receipt },
  });
  return text.length;
};

/** Folds one event into the speculative state and notes what it means for ids; says whether it answers its command. */
const fold = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  event: E,
  place: EventPlace,
  pending: Pending<C, E>,
  batch: Batch<C, E, S>,
  { decider, state, journal }: Speculation<C, E, S, F>,
): boolean => {
  decider.evolve(state, event, place);
  const { revision, index, ws, at, command } = place;
  batch.events.push({ event, ws, at, receipt: { journal, revision, index }, command });
  let answersOwn = false;
  for (const { key, answers, place: reply } of decider.about(event, place)) {
    const own = key === pending.key && pending.digest !== undefined;
    const digest = own ? (pending.digest as string) : shortDigest(key);
    batch.notes.push({ digest, index, answers, place: reply });
    if (answers && !own) batch.answeredElsewhere.add(digest);
    answersOwn ||= own && answers;
  }
  return answersOwn;
};

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
