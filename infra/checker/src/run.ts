import type { JournalName, Verb } from '@edict/contracts';

/** A message to the system and what came back. Times are milliseconds on one clock that all of a run's clients share. */
export interface Exchange {
  readonly client: string;
  readonly verb: Verb;
  readonly ws: string;
  /** JSON text as it was sent; its id must be in it, not in a header. */
  readonly body: string;
  readonly sentAt: number;
  /** Absent when nobody answered while the client waited. A copy made by the network is an exchange of its own, without a reply. */
  readonly reply?: { readonly body: string; readonly at: number };
}

/** A journal that does not give again what it recorded. */
export interface ReplayDifference {
  /** `<journal>/<revision>`, and the entry in it. */
  readonly place: string;
  readonly why: string;
}

/** Everything that is known of a run from outside. */
export interface Run {
  readonly history: readonly Exchange[];
  /** Each journal's commits exactly as stored, oldest first. */
  readonly journals: ReadonlyMap<JournalName, readonly Uint8Array[]>;
  /**
   * Wall-clock milliseconds since 1970 until which the system was left in peace after the last fault: what was due
   * some seconds before must have happened. Absent, nothing is said about things that have not happened.
   */
  readonly quietUntil?: number;
  /** Decides again whatever the journals hold; given by whoever knows an implementation. */
  readonly replay?: (journals: Run['journals']) => readonly ReplayDifference[];
}

/** Something that was promised and did not hold. */
export interface Violation {
  /** The name of the broken property; see `PROPERTIES`. */
  readonly property: string;
  readonly sentence: string;
  /** Where to look: places in journals, and messages. */
  readonly evidence: readonly string[];
}
