import type { Commit, JournalName } from '@edict/contracts';
import type { Position } from './position.ts';

/** A commit whose place in the chain of its journal was checked. */
export interface ChainedCommit {
  readonly journal: JournalName;
  readonly commit: Commit;
  readonly sequence: number;
}

/** Where an output begins. */
export interface Opening {
  /** What it has. */
  readonly done: Position;
  /** Sequence after which it wants to read: before what it has, when it folds a state. */
  readonly after: number;
}

/** One output of the projector: where commits become something that others read. */
export interface Sink {
  /**
   * Finds out what the output has, and forgets what was taken and not flushed. `anew`: what it says about how far it
   * is cannot be trusted, so it begins again.
   */
  open(anew: boolean): Promise<Opening>;
  /**
   * Takes the next commit of a journal; `lacking` when it is not in the output yet.
   * Throws when it cannot be projected; then nothing of it was taken.
   */
  take(commit: ChainedCommit, lacking: boolean): void;
  /** Stores what was taken, and then the position. Called again with the same position when it throws. */
  flush(position: Position): Promise<void>;
  /** Whether what was stored is still there; throws when that cannot be found out now. */
  intact(): Promise<boolean>;
}
