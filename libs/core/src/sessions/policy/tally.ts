import { type Ballot, sortBallots } from './evidence.ts';
import type { Rules } from './rules.ts';

/** The count of a whole session, over every proposal in it (macp §2.2, §2.3). */
export interface Tally {
  /** Decisive ballots: APPROVE or REJECT, under `weighted` only from a sender that weighs more than 0. */
  readonly approvals: number;
  readonly rejections: number;
  readonly approvingWeight: number;
  readonly rejectingWeight: number;
  /** Who approved at least one proposal. */
  readonly approvers: ReadonlySet<string>;
  /** How many different senders cast any ballot, abstentions included. */
  readonly voters: number;
}

export const tallyBallots = (rules: Rules, ballots: readonly Ballot[]): Tally => {
  const weighted = rules.algorithm === 'weighted';
  const voters = new Set<string>();
  const approvers = new Set<string>();
  let [approvals, rejections, approvingWeight, rejectingWeight] = [0, 0, 0, 0];
  for (const { sender, vote } of sortBallots(ballots)) {
    voters.add(sender);
    const weight = weighted ? (rules.weights.get(sender) ?? 0) : 1;
    if (vote === 'ABSTAIN' || weight <= 0) continue;
    if (vote === 'APPROVE') {
      approvals += 1;
      approvingWeight += weight;
      approvers.add(sender);
    } else {
      rejections += 1;
      rejectingWeight += weight;
    }
  }
  return { approvals, rejections, approvingWeight, rejectingWeight, approvers, voters: voters.size };
};
