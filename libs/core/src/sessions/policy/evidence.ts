import type { Recommendation, Severity, VoteValue } from '@edict/contracts';
import { compareBytes } from './byte-order.ts';

export interface Ballot {
  readonly proposal_id: string;
  readonly sender: string;
  readonly vote: VoteValue;
}

export interface Assessment {
  readonly sender: string;
  readonly recommendation: Recommendation;
  readonly confidence: number;
}

export interface Challenge {
  readonly sender: string;
  readonly severity: Severity;
}

/** What a session has heard so far. Objections are in the order of acceptance. */
export interface Evidence {
  readonly ballots: readonly Ballot[];
  readonly evaluations: readonly Assessment[];
  readonly objections: readonly Challenge[];
}

/** Ballots by proposal, then by sender, in byte order: the order in which weights are added (macp §2.2). */
export const sortBallots = (ballots: readonly Ballot[]): Ballot[] =>
  [...ballots].sort((a, b) => compareBytes(a.proposal_id, b.proposal_id) || compareBytes(a.sender, b.sender));
