import type { JournalEvent, Rejection } from '@edict/contracts';
import { appendBatch, confirmHead } from './append-batch.ts';
import type { Batch } from './batch.ts';
import { brokenRejection } from './broken.ts';
import type { SpeculativeState } from './decider.ts';
import { FairQueue, type Flow } from './fair-queue.ts';
import type { HostFaults } from './host-faults.ts';
import type { Answer, HostLimits, HostOptions } from './host-options.ts';
import { createPace } from './pace.ts';
import { type Pending, rejected, UNAVAILABLE, type Waiting } from './pending.ts';
import { reconcile } from './reconcile.ts';
import { recordedAnswer } from './repeat.ts';
import type { Replica } from './replica.ts';
import { createSetbacks, type Setbacks } from './setbacks.ts';
import { speculate } from './speculate.ts';
import { turnEnd } from './turn.ts';

/** Questions about a state are nobody's. */
const NOBODY: Flow = { ws: '', name: '' };

export interface CommitLoopOptions<C, E extends JournalEvent, S extends SpeculativeState, F>
  extends Pick<HostOptions<C, E, S, F>, 'decider' | 'clock' | 'facts'> {
  readonly replica: Replica<C, E, S, F>;
  readonly limits: HostLimits;
  readonly faults: HostFaults;
  /** Answers a command, once. */
  readonly answer: (pending: Pending<C, E>, answer: Answer<E>) => void;
  /** Answers a command whose id turned out to be known. */
  readonly repeat: (pending: Pending<C, E>) => void;
  /** A commit is settled, and no other has begun: the state may be looked at. */
  readonly onCertain: () => void;
  /** The loop has nothing left to do. */
  readonly onIdle: () => void;
  /** The journal cannot be continued; the loop has stopped. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * Turns a queue into commits, one in flight at a time: whatever queued up meanwhile is decided together, in
 * order, and appended as one commit. There is no timer: at idle a commit holds one command.
 */
export class CommitLoop<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly #options: CommitLoopOptions<C, E, S, F>;
  readonly #queue: FairQueue<Waiting<C, E, S>>;
  #open = false;
  #busy = false;
  #reconciling = false;
  /** The replica's count when the queue was last looked through for repeats. */
  #surprises = 0;
  readonly #setbacks: Setbacks;
  #pace = createPace();
  /** What the commit in flight holds; what of it was answered already is not answered again. */
  #taken: readonly Waiting<C, E, S>[] = [];
  /** What is being tried out on the state; `undefined` while the state is certain. */
  #tried: Batch<C, E, S> | undefined;

  constructor(options: CommitLoopOptions<C, E, S, F>) {
    this.#options = options;
    const { limits, decider, clock } = options;
    this.#setbacks = createSetbacks(clock);
    this.#queue = new FairQueue(limits.queue, (waiting) => {
      if (waiting.kind === 'question') return NOBODY;
      const { ws, command } = waiting.pending;
      return { ws, name: decider.flow?.(command) ?? '' };
    });
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Whether there is room for one more beside so many copies, and in a crowd time as well. */
  admits(waiting: Waiting<C, E, S>, copies: number): boolean {
    if (!this.#queue.admits(waiting, copies)) return false;
    if (!this.#queue.crowded || waiting.kind === 'question') return true;
    const { deadline = Number.POSITIVE_INFINITY } = waiting.pending;
    return this.#pace.serves(this.#queue.ahead(waiting), deadline - this.#options.clock.monotonic());
  }

  /** Whether a try-out is under way or waiting to begin. */
  get busy(): boolean {
    return this.#busy || this.#queue.length > 0;
  }

  /** Whether the state is what the journal says, with nothing tried out on it and nothing read into it. */
  get certain(): boolean {
    return this.#tried === undefined && !this.#reconciling;
  }

  /** Whether what is being tried out bears on a command with this digest. */
  bearsOn(digest: string): boolean {
    return this.#tried?.notes.some((note) => note.digest === digest) === true;
  }

  get reconciling(): boolean {
    return this.#reconciling;
  }

  start(): void {
    this.#open = true;
    this.#schedule();
  }

  push(waiting: Waiting<C, E, S>): void {
    this.#queue.push(waiting);
    this.#schedule();
  }

  /** Stops after the commit in flight and refuses what still waits; one that is uncertain is waited for no longer. */
  stop(rejection: Rejection): void {
    this.#open = false;
    if (this.#reconciling) for (const waiting of this.#taken) this.#refuse(waiting, rejection);
    for (const waiting of this.#queue.clear()) this.#refuse(waiting, rejection);
  }

  #schedule(): void {
    if (!this.#busy && this.#open && this.#queue.length > 0) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    try {
      // At idle nothing is gained by waiting longer than until the read that brought the first command is through.
      await undefined;
      while (this.#queue.length > 0 && this.#open) {
        const { crowded } = this.#queue;
        const began = this.#options.clock.monotonic();
        const served = await this.#commitOnce();
        this.#options.onCertain();
        if (this.#queue.length > 0) await turnEnd();
        if (crowded) this.#pace.note(served, this.#options.clock.monotonic() - began);
      }
      this.#pace = createPace();
    } catch (error) {
      this.#options.replica.state.rollback();
      this.#tried = undefined;
      this.#reconciling = false;
      const rejection = brokenRejection(error);
      for (const waiting of this.#taken) this.#refuse(waiting, rejection);
      this.stop(rejection);
      this.#options.onBroken(error);
    }
    this.#busy = false;
    this.#options.onIdle();
  }

  /** Says how many it has served. */
  async #commitOnce(): Promise<number> {
    const { replica, decider, faults } = this.#options;
    const { batch, taken } = this.#decide();
    if (taken.length === 0) {
      replica.state.release();
      return 0;
    }
    this.#taken = taken;
    this.#tried = batch;
    const answers = await (batch.entryTexts.length === 0
      ? confirmHead(replica, faults)
      : appendBatch(batch, replica, decider, faults));
    this.#tried = undefined;
    if (answers === undefined) {
      await this.#reconcile(taken);
      return 0;
    }
    this.#setbacks.over();
    this.#settle(batch, answers);
    return taken.length;
  }

  /** Decides what is next in line on speculative state; what does not fit into the commit stays in line. */
  #decide(): ReturnType<typeof speculate<C, E, S, F>> {
    const { replica, decider, clock, facts, limits, faults } = this.#options;
    const queue = this.#draw();
    try {
      return speculate(queue, {
        decider,
        state: replica.state,
        head: replica.head,
        journal: replica.journal.name,
        facts,
        limits,
        at: Math.max(replica.lastAt, clock.now()),
        monotonic: clock.monotonic(),
        undecided: faults.undecided,
        refuse: (waiting, rejection) => this.#refuse(waiting, rejection),
      });
    } finally {
      this.#queue.putBack(queue);
    }
  }

  #settle({ recorded, unrecorded, at }: Batch<C, E, S>, answers: readonly Answer<E>[]): void {
    const { answer, replica } = this.#options;
    for (const [i, { pending }] of recorded.entries()) answer(pending, answers[i] as Answer<E>);
    for (const { waiting, settled } of unrecorded) {
      if (waiting.kind === 'question') waiting.question.ask(replica.state, at);
      else if (settled !== undefined) answer(waiting.pending, settled);
    }
  }

  async #reconcile(taken: readonly Waiting<C, E, S>[]): Promise<void> {
    const { replica, clock, answer, decider, faults } = this.#options;
    this.#reconciling = true;
    const again = await reconcile(taken, {
      replica,
      clock,
      faults,
      running: () => this.#open,
      found: (pending, recorded) => answer(pending, recordedAnswer(decider, recorded, false)),
      giveUp: (waiting, rejection) => this.#refuse(waiting, rejection),
      waiting: this.#queue,
    });
    this.#reconciling = false;
    this.#queue.putBack(again);
    if (!this.#open) this.stop(UNAVAILABLE);
    await this.#setbacks.another();
  }

  /**
   * What is next in line. All that waits was new when it came in; since then another owner may have recorded the same
   * command, or something may have closed the request: then it is a repeat, not to be decided again. The state is
   * confirmed here.
   */
  #draw(): Waiting<C, E, S>[] {
    const { replica, limits, repeat } = this.#options;
    const queue = this.#queue.draw(limits.batchCommands);
    const [first] = queue;
    const firstIsPinned = first !== undefined && this.#isKnown(first);
    if (replica.surprises === this.#surprises && !firstIsPinned) return queue;
    this.#surprises = replica.surprises;
    this.#queue.putBack(queue);
    for (const waiting of this.#queue.remove((each) => this.#isKnown(each))) {
      if (waiting.kind === 'command') repeat(waiting.pending);
    }
    return this.#queue.draw(limits.batchCommands);
  }

  #isKnown(waiting: Waiting<C, E, S>): boolean {
    if (waiting.kind === 'question') return false;
    const { key, digest } = waiting.pending;
    return (
      key !== undefined && digest !== undefined && this.#options.replica.placeOf(key, digest) !== undefined
    );
  }

  #refuse(waiting: Waiting<C, E, S>, rejection: Rejection): void {
    if (waiting.kind === 'question') waiting.question.refuse(rejection);
    else this.#options.answer(waiting.pending, rejected(rejection));
  }
}
