import { BOUNDS, type JournalEvent, type JournalName, type Receipt, type Rejection } from '@edict/contracts';
import type { Snapshots } from './checkpoints/snapshots.ts';
import type { Clock } from './clock.ts';
import type { Decider, SpeculativeState } from './decider.ts';
import type { Journal } from './journal.ts';

/** Bounds of one host; every one of them is a promise that memory and latency stay flat. */
export interface HostLimits {
  /** Commands that may wait; one more is answered `OVERLOADED` at once. */
  readonly queue: number;
  /** A commit closes at this many commands, or at this many bytes. */
  readonly batchCommands: number;
  readonly batchBytes: number;
  /** A single command may still be this large. */
  readonly entryBytes: number;
  readonly retryWindowMs: number;
  /** Ids that are remembered; at capacity new requests are answered `OVERLOADED`, the window is never shortened. */
  readonly ids: number;
  /** Bytes of entry texts kept for repeats and outcomes that come soon after their verdict. */
  readonly recentBytes: number;
}

export const HOST_LIMITS: HostLimits = {
  queue: 10_000,
  batchCommands: 1_000,
  batchBytes: 256 * 1024,
  entryBytes: 900 * 1024,
  retryWindowMs: BOUNDS.retryWindowMs,
  ids: 1_000_000,
  recentBytes: 1024 * 1024,
};

/** Why a process may decide nothing at the moment; `undefined` when it may. */
export type Unfit = () => Rejection | undefined;

/** How a host keeps its state besides its journal, so that taking over does not begin at the first commit. */
export interface Checkpointing {
  readonly snapshots: Snapshots;
  /**
   * A checkpoint is taken after so many commits since the last one, so many recorded commands (more where a
   * snapshot takes long), or so many bytes.
   */
  readonly commits?: number;
  readonly entries?: number;
  readonly bytes?: number;
  /**
   * Commits that are older than so many milliseconds, and that nobody needs any more, are purged once two checkpoints
   * above them were read back. Absent: everything is kept.
   */
  readonly keepMs?: number;
  /** Told of each checkpoint that was acknowledged and read back, in the order of a journal. */
  readonly onTaken?: (taken: TakenCheckpoint) => void;
  /** Told why a checkpoint could not be taken, or why a snapshot was passed over. */
  readonly onProblem?: (journal: string, problem: string) => void;
}

export interface TakenCheckpoint {
  readonly journal: JournalName;
  /** The commit after which the state was captured: the journal can be continued without what lies below it. */
  readonly revision: number;
  /** The time of that commit's last entry. */
  readonly at: number;
}

/** The facts for a command, or why there are none now. */
export type FactsOf<F> =
  | { readonly ok: true; readonly facts: F }
  | { readonly ok: false; readonly rejection: Rejection };

/** An event that is stored, in its place. */
export interface CommittedEvent<E> {
  readonly event: E;
  readonly ws: string;
  readonly at: number;
  readonly receipt: Receipt;
  readonly command: unknown;
}

export interface HostOptions<C, E extends JournalEvent, S extends SpeculativeState, F> {
  /** Owned by the host from here on: closing the host closes it. */
  readonly journal: Journal;
  readonly decider: Decider<C, E, S, F>;
  readonly clock: Clock;
  /** Names this run of this process; ids of its commands begin with it. */
  readonly incarnation: string;
  /** Gathers the facts at the moment of deciding; it must not block. */
  readonly facts: (command: C, ws: string, state: S) => FactsOf<F>;
  readonly limits?: Partial<HostLimits>;
  /** Why nothing may be decided now, such as a clock that is wrong; absent: always fit to decide. */
  readonly unfit?: Unfit;
  /** Where and how often the state is kept; absent: the journal is always read from its first commit. */
  readonly checkpoints?: Checkpointing;
  /** Told of every stored event, one's own and those of others, in order, after it became state. */
  readonly onEvents?: (events: readonly CommittedEvent<E>[]) => void;
  /** Told once when others have purged what this host has not read: it is closed, and another one is to be opened. */
  readonly onLeftBehind?: () => void;
  /** Told once when the journal cannot be continued. */
  readonly onBroken?: (error: unknown) => void;
  /** Told why a command could not be decided, or the journal not be reached: of either now and then, not each time. */
  readonly onFault?: (error: unknown) => void;
}

/** A command on its way to a host. */
export interface Submission<C> {
  readonly command: C;
  readonly ws: string;
  /** On the clock's monotonic scale; a command that is not decided by then is answered `DEADLINE`. */
  readonly deadline?: number;
}

/** What came of a command: recorded (or recorded earlier), answered without an event, or refused. */
export type Answer<E> =
  | {
      readonly ok: true;
      /** JSON text of the reply. */
      readonly reply: string;
      /** The event that answers, and where it lies; absent for questions. */
      readonly event?: E;
      readonly receipt?: Receipt;
      readonly repeated: boolean;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** Called once; it must not throw. */
export type Respond<E> = (answer: Answer<E>) => void;

/** What a host says about itself. */
export interface HostStatus {
  readonly journal: string;
  readonly status: 'loading' | 'ready' | 'reconciling' | 'draining' | 'broken' | 'closed';
  readonly revision: number;
  readonly hash: string;
  readonly queued: number;
  readonly remembered: number;
  /** Why its journal cannot be continued, or not now, or why the last append failed. */
  readonly problem?: string;
}
