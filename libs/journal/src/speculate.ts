import type { Entry, JournalEvent, JournalName, Rejection } from '@edict/contracts';
import { type Batch, OverfullBatch, PoisonedBatch } from './batch.ts';
import { entryText, eventText, type Head } from './commit-text.ts';
import type { Decider, EventPlace, SpeculativeState } from './decider.ts';
import { shortDigest } from './hash.ts';
import type { FactsOf, HostLimits } from './host-options.ts';
import { FAILED, honest, lateness, type Pending, rejected, type Waiting } from './pending.ts';

/** What a batch needs to know of its host. */
export interface Speculation<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly decider: Decider<C, E, S, F>;
  readonly state: S;
  readonly head: Head;
  readonly journal: JournalName;
  readonly facts: (command: C, ws: string, state: S) => FactsOf<F>;
  readonly limits: HostLimits;
  readonly at: number;
  readonly monotonic: number;
  /** Told why a command could not be decided. */
  readonly undecided: (ws: string, cause: unknown) => void;
  /** Refuses a command whose own decision failed, at once: it is not part of any batch. */
  readonly refuse: (waiting: Waiting<C, E, S>, rejection: Rejection) => void;
}

/**
 * Takes waiting commands from the front of the queue and decides them in order, each on the state that those
 * before it left. The state stays marked: the caller releases it, or rolls it back.
 */
export const speculate = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  queue: Waiting<C, E, S>[],
  context: Speculation<C, E, S, F>,
): { batch: Batch<C, E, S>; taken: Waiting<C, E, S>[] } => {
  let most = context.limits.batchCommands;
  for (;;) {
    context.state.mark();
    try {
      const result = decideInOrder(queue, most, context);
      queue.splice(0, result.taken.length);
      return result;
    } catch (error) {
      context.state.rollback();
      if (error instanceof OverfullBatch) {
        most = error.fitting;
        continue;
      }
      if (!(error instanceof PoisonedBatch)) throw error;
      const poisoned = error.waiting as Waiting<C, E, S> & { kind: 'command' };
      queue.splice(queue.indexOf(poisoned), 1);
      if (error.rejection === FAILED) context.undecided(poisoned.pending.ws, error.cause);
      context.refuse(poisoned, error.rejection);
    }
  }
};

const decideInOrder = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  queue: readonly Waiting<C, E, S>[],
  most: number,
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
    if (taken.length >= most || bytes >= context.limits.batchBytes) break;
    if (mustWait(waiting, batch, context)) break;
    bytes += waiting.kind === 'question' ? 0 : decideOne(waiting, batch, context);
    if (bytes > context.limits.entryBytes && taken.length > 0) throw new OverfullBatch(taken.length);
    taken.push(waiting);
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
    batch.unrecorded.push({ waiting, settled: rejected(honest(rejection, pending)) });
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
    if (decision.events.length > 0 || decision.recorded)
      return record(waiting, decision.events, gathered.facts, batch, context);
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
  const size = utf8Size(text, limits.entryBytes);
  if (size > limits.entryBytes) {
    const message = `the command and its events have ${size} bytes; at most ${limits.entryBytes} are allowed`;
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
  return size;
};

/** The size of a text in UTF-8; one that surely fits, at three bytes a unit, is not counted exactly. */
const utf8Size = (text: string, bound: number): number =>
  text.length * 3 > bound ? Buffer.byteLength(text) : text.length;

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
