import { BOUNDS, type JournalEvent, type Rejection } from '@edict/contracts';
import { type Broken, brokenBy, isBroken, isLeftBehind } from './broken.ts';
import { withCheckpoints } from './checkpoints/checkpoint-command.ts';
import type { Checkpointer } from './checkpoints/checkpointer.ts';
import { createHostCheckpointer } from './checkpoints/host-checkpointer.ts';
import { rebuild } from './checkpoints/rebuild.ts';
import { CommitLoop } from './commit-loop.ts';
import { createCopies } from './copies.ts';
import { createDeadlineTimer, type DeadlineTimer } from './deadline-timer.ts';
import type { Decider, Recorded, SpeculativeState } from './decider.ts';
import { createEntrance, type Entrance } from './entrance.ts';
import { shortDigest } from './hash.ts';
import { createHostFaults, type HostFaults } from './host-faults.ts';
import {
  HOST_LIMITS,
  type HostLimits,
  type HostOptions,
  type HostStatus,
  type Respond,
  type Submission,
} from './host-options.ts';
import { aheadOf, statusOf } from './host-status.ts';
import { createIdle, type Idle } from './idle.ts';
import { InFlight } from './in-flight.ts';
import { askedQuestion, newPending, OVERLOADED, UNAVAILABLE } from './pending.ts';
import { createRepeats, type Repeats } from './repeat.ts';
import { Replica } from './replica.ts';

/**
 * Runs one decider on one journal by group commit (architecture §1).
 *
 * Commands that arrive while a commit is in flight are decided together afterwards, in order, on speculative
 * state, and appended as one commit under the journal's fence. Nobody gets a reply before the journal has
 * acknowledged. After any other answer of the journal there is one way back: `reconcile.ts`.
 */
export class Host<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly #options: HostOptions<C, E, S, F>;
  readonly #limits: HostLimits;
  readonly #replica: Replica<C, E, S, F>;
  readonly #loop: CommitLoop<C, E, S, F>;
  readonly #timer: DeadlineTimer;
  readonly #decider: Decider<C, E, S, F>;
  readonly #checkpointer: Checkpointer | undefined;
  readonly #repeats: Repeats<C, E>;
  readonly #inFlight = new InFlight<C, E>();
  readonly #copies = createCopies<C, E>();
  readonly #entrance: Entrance<C, E>;
  readonly #idle: Idle;
  readonly #faults: HostFaults;
  #status: Exclude<HostStatus['status'], 'reconciling'> = 'loading';
  #commands = 0;
  #active = false;
  /** Why everything is refused, once the journal cannot be continued. */
  #broken: Broken | undefined;

  constructor(options: HostOptions<C, E, S, F>) {
    const { journal, clock, facts, onEvents, checkpoints, onFault } = options;
    const decider = checkpoints === undefined ? options.decider : withCheckpoints(options.decider);
    this.#options = options;
    this.#decider = decider;
    this.#limits = { ...HOST_LIMITS, ...options.limits };
    const replica = new Replica(journal, decider, this.#limits, onEvents);
    this.#replica = replica;
    this.#idle = createIdle(clock);
    this.#faults = createHostFaults(journal.name, clock, onFault);
    this.#loop = new CommitLoop({
      replica,
      decider,
      clock,
      facts,
      limits: this.#limits,
      faults: this.#faults,
      answer: (pending, answer) => this.#entrance.answer(pending, answer),
      repeat: (pending) => void this.#entrance.repeat(pending),
      onCertain: () => this.#timer.look(),
      onIdle: () => this.#idle.reached(),
      onBroken: (error) => this.#break(error),
    });
    const windowMs = this.#limits.retryWindowMs;
    const ask: typeof this.ask = (question, deadline) => this.ask(question, deadline);
    this.#repeats = createRepeats({ replica, decider, clock, windowMs, ask });
    this.#entrance = createEntrance({
      replica,
      clock,
      loop: this.#loop,
      repeats: this.#repeats,
      inFlight: this.#inFlight,
      copies: this.#copies,
      faults: this.#faults,
      room: this.#limits.queue,
      closed: () => this.#closed(),
    });
    this.#timer = createDeadlineTimer({
      clock,
      ready: () => this.#status === 'ready' && this.#loop.certain,
      nextDeadline: () => decider.nextDeadline(replica.state),
      due: (now) => decider.due(replica.state, Math.max(replica.lastAt, now)),
      send: (due, settled) => this.submit(due, settled),
    });
    this.#checkpointer = createHostCheckpointer(options, {
      replica,
      decider,
      windowMs,
      ask,
      submit: (submission, respond) => this.submit(submission, respond),
    });
  }

  /** Rebuilds the state from the newest good checkpoint, else from the first commit; then commands are taken. */
  async load(): Promise<void> {
    try {
      await rebuild(this.#replica, this.#decider, this.#options.checkpoints);
    } catch (error) {
      if (isBroken(error)) this.#break(error);
      throw error;
    }
    this.#status = 'ready';
    this.setActive(this.#active);
    this.#loop.start();
  }

  /** Takes a command; the answer comes once, when it is certain. */
  submit({ command, ws, deadline }: Submission<C>, respond: Respond<E>): void {
    const key = this.#decider.key(command, ws);
    const digest = key === undefined ? undefined : shortDigest(key);
    const id = `${this.#options.incarnation}-${(++this.#commands).toString(36)}`;
    this.#entrance.take(newPending({ id, command, ws, deadline, key, digest, respond }));
  }

  /**
   * Asks about the state as of no earlier than now: the answer waits until the leader's head confirms it. While the
   * journal is out of reach it waits until `deadline` (monotonic; 5 s from now when absent), then throws `UNAVAILABLE`.
   */
  ask<T>(ask: (state: S, at: number) => T, deadline?: number): Promise<T> {
    const latest = deadline ?? this.#options.clock.monotonic() + BOUNDS.requestTimeoutMs;
    const { question, answer } = askedQuestion(ask, latest);
    const closed = this.#closed();
    const asked = { kind: 'question', question } as const;
    if (closed !== undefined) question.refuse(closed);
    else if (!this.#loop.admits(asked, this.#copies.waiting)) question.refuse(OVERLOADED);
    else this.#loop.push(asked);
    return answer;
  }

  /**
   * Whether a command with this key was decided already, or is on its way. What bears on a key in the middle of a
   * try-out is its own command, on its way, or an end of what the state held before: known, whatever comes of it.
   */
  knows(key: string): boolean {
    const digest = shortDigest(key);
    return (
      this.#inFlight.has(digest) ||
      this.#loop.bearsOn(digest) ||
      this.#replica.placeOf(key, digest) !== undefined
    );
  }

  /** What was recorded under a key, as far as this host has read; `undefined` when it knows of nothing. */
  recorded(key: string, deadline?: number): Promise<Recorded<C, E> | undefined> {
    return this.#repeats.recorded(key, deadline);
  }

  /** What was recorded at a place of this journal. */
  recordedAt(place: { readonly revision: number; readonly index: number }): Promise<Recorded<C, E>> {
    return this.#replica.recordedAt(place);
  }

  /** Whether this host sends the timer commands of its journal: the owner does. */
  setActive(active: boolean): void {
    this.#active = active;
    if (active) this.#timer.arm();
    else this.#timer.disarm();
    this.#checkpointer?.setActive(active);
  }

  /** Looks at the state as it stands, perhaps in the middle of a try-out: for reactions and reports, never for answers. */
  peek<T>(look: (state: S) => T): T {
    return look(this.#replica.state);
  }

  status(): HostStatus {
    const status = this.#loop.reconciling ? 'reconciling' : this.#status;
    const problem =
      this.#broken?.problem ??
      aheadOf(this.#replica, this.#options.clock)?.message ??
      this.#faults.problem(this.#replica.head.revision, this.#loop.busy);
    return statusOf(this.#replica, status, this.#loop.length + this.#copies.waiting, problem);
  }

  /** Takes nothing more, finishes what it took, and closes the journal. */
  async drain(timeoutMs = 5_000): Promise<void> {
    if (this.#status === 'closed') return;
    // What falls due from here on is the next owner's: it would have to replay what came after the checkpoint.
    this.#active = false;
    this.#timer.disarm();
    if (this.#checkpointer !== undefined) await this.#checkpointer.finish(timeoutMs);
    if (this.#status !== 'broken') this.#status = 'draining';
    if (this.#loop.busy) await this.#idle.within(timeoutMs);
    this.#status = 'closed';
    this.#loop.stop(UNAVAILABLE);
    await this.#replica.journal.close();
  }

  #closed(): Rejection | undefined {
    if (this.#broken !== undefined) return this.#broken.rejection;
    if (this.#status === 'draining' || this.#status === 'closed') return UNAVAILABLE;
    return this.#options.unfit?.() ?? aheadOf(this.#replica, this.#options.clock);
  }

  /** Nothing is decided here any more; what is left behind by a purge is opened anew by whoever opened it. */
  #break(error: unknown): void {
    const behind = isLeftBehind(error);
    this.#status = behind ? 'closed' : 'broken';
    this.#broken = brokenBy(error);
    this.setActive(false);
    this.#loop.stop(this.#broken.rejection);
    if (behind) void this.#replica.journal.close();
    if (behind) this.#options.onLeftBehind?.();
    else this.#options.onBroken?.(error);
  }
}
