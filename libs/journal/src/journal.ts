import { Fault, type JournalName, splitJournal } from '@edict/contracts';

/** A commit as it lies in a journal: its number and its bytes exactly as they were appended. */
export interface StoredCommit {
  readonly revision: number;
  readonly bytes: Uint8Array;
}

/**
 * An append-only, ordered log of commits with a fence.
 *
 * Revisions are 1, 2, 3 … without a gap; the oldest may be purged. Whoever opens a journal may read it while others append.
 * A journal instance belongs to one host; the host calls `close`.
 */
export interface Journal {
  readonly name: JournalName;
  /**
   * Yields the commits after a revision, in order, up to the leader's head at the time of the call, and ends.
   * Throws `JOURNAL_PURGED` when the first of them was taken away.
   */
  read(after: number): AsyncIterable<StoredCommit>;
  /** One commit by its revision; `undefined` when the journal has none (yet, or any more). */
  get(revision: number): Promise<StoredCommit | undefined>;
  /**
   * Appends one commit as revision `head + 1`, exactly when the leader's head is `head`.
   * `conflict`: somebody else appended, nothing of ours was stored.
   * Throws a Fault (`JOURNAL_UNCERTAIN`, retriable) when it is not known whether it was stored.
   */
  append(head: number, bytes: Uint8Array): Promise<'appended' | 'conflict'>;
  /** The leader's head revision; 0 for an empty journal. Throws a retriable Fault when the leader is out of reach. */
  head(): Promise<number>;
  /** The first revision that is kept: 1 until something was purged. Absent: nothing ever is. */
  first?(): Promise<number>;
  /**
   * Takes away what lies below a revision, but never the head. Nothing comes back, so a lower one afterwards changes
   * nothing. Throws `JOURNAL_KEPT` for a policy journal: its verdicts are explained by it for ever.
   */
  purge?(below: number): Promise<void>;
  close(): Promise<void>;
}

/** Faults of every journal that can be purged. */
export const purgedBelow = (name: JournalName, wanted: number, first: number): Fault =>
  new Fault('JOURNAL_PURGED', `${name}/${wanted} was purged: the journal is kept from revision ${first} on`);

export const assertPurgeable = (name: JournalName): void => {
  if (splitJournal(name).kind === 'policies') {
    throw new Fault('JOURNAL_KEPT', `${name} is a policy journal; those are never purged`);
  }
};

/** Opens journals by name: JetStream, or memory. */
export type OpenJournal = (name: JournalName) => Promise<Journal>;
