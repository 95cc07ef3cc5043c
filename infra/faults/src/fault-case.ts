import type { Violation } from '@edict/checker';
import type { Random } from './random.ts';

/** One way in which things go wrong, and how to tell that Edict kept its promises. */
export interface FaultCase {
  /** What `--case` takes. */
  readonly name: string;
  /** What is done, for a reader of the table. */
  readonly what: string;
  /** Why this machine cannot play it; absent or `undefined`: it can. */
  readonly obstacle?: () => string | undefined;
  readonly play: (round: Round) => Promise<Outcome>;
}

/** What a round of a case is given. */
export interface Round {
  readonly random: Random;
  /** A round as short as makes sense. */
  readonly brief: boolean;
  /** How many messages a case that sends its own sends. */
  readonly messages: number;
  /** How long a case that floods goes on. */
  readonly seconds?: number | undefined;
}

/** What a round did and what it found. */
export interface Outcome {
  readonly counts: FaultCounts;
  /** What broke a promise; empty when all held. */
  readonly violations: readonly Violation[];
}

export interface FaultCounts {
  /** Processes killed or frozen, files damaged, streams changed. */
  readonly faults: number;
  /** Messages that clients sent, and those that were answered; errors are answers. */
  readonly sent: number;
  readonly answered: number;
  /** Answers that name a place in a journal, and whose content lies there. */
  readonly found: number;
  /** Answers whose place does not exist. */
  readonly lost: number;
  /** Requests decided, or settled, more than once. */
  readonly doubled: number;
  /** Answers that say something else than their place. */
  readonly unrecorded: number;
  /** Admissions that a limit had no room for. */
  readonly overAdmitted: number;
}

/** What faults did: how many were made, and what broke a promise. */
export interface Trial {
  readonly faults: number;
  readonly violations: readonly Violation[];
  /** Messages that the trial itself sent, and how many of them were answered. */
  readonly sent?: number;
  readonly answered?: number;
}

export const NOTHING: FaultCounts = {
  faults: 0,
  sent: 0,
  answered: 0,
  found: 0,
  lost: 0,
  doubled: 0,
  unrecorded: 0,
  overAdmitted: 0,
};

/** What a case of its own expectations found. */
export const expectation = (name: string, sentence: string, ...evidence: readonly string[]): Violation => ({
  property: name,
  sentence,
  evidence,
});
