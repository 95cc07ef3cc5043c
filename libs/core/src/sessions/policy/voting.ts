import type { DecisionReason } from '@edict/contracts';
import type { Ballot } from './evidence.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Rules } from './rules.ts';
import { type Tally, tallyBallots } from './tally.ts';

/** Why the vote does not carry a commitment in a direction (macp §2.6). */
export const votingReason = (
  rules: Rules,
  ballots: readonly Ballot[],
  declared: readonly string[],
  positive: boolean,
): DecisionReason | undefined => {
  if (rules.algorithm === 'none') return undefined;
  const tally = tallyBallots(rules, ballots);
  const outcome = outcomeOf(rules, tally, declared);
  return positive ? positiveReason(rules, outcome) : declineReason(rules, outcome, tally);
};

const positiveReason = (rules: Rules, outcome: Outcome): DecisionReason | undefined => {
  if (outcome.state === 'passed') return undefined;
  if (outcome.state === 'failed') {
    return { code: 'VOTE_FAILED', message: outcome.message, detail: outcome.detail };
  }
  const { schemaVersion, algorithm } = rules;
  // The empty tally of schema versions 1 and 2 passes for ever, so that old sessions replay as they were.
  if (schemaVersion <= 2 && !rules.requireVoteQuorum) return undefined;
  const detail = { schema_version: schemaVersion, algorithm };
  if (schemaVersion <= 2) return { code: 'NO_VOTES', message: 'nobody cast a decisive vote', detail };
  const message = `nobody cast a decisive vote: under schema_version ${schemaVersion} ${algorithm} needs one`;
  return { code: 'NO_VOTES', message, detail };
};

/** A decline always needs somebody's decisive REJECT: silence and abstention are not rejection. */
const declineReason = (rules: Rules, outcome: Outcome, tally: Tally): DecisionReason | undefined => {
  const { rejections } = tally;
  const detail = { algorithm: rules.algorithm, approvals: tally.approvals, rejections };
  if (outcome.state === 'no_votes') {
    return {
      code: 'NO_VOTES_DECLINE',
      message: 'a decline needs a decisive REJECT; nobody cast one',
      detail,
    };
  }
  if (outcome.state === 'failed') {
    if (rejections > 0) return undefined;
    const message = 'a decline needs a decisive REJECT: incomplete participation is not rejection';
    return { code: 'NO_DECISIVE_REJECT', message, detail };
  }
  if (!rules.allowDeclineOverApproval) {
    const message = 'the vote passed, and the policy does not set allow_decline_over_approval';
    return { code: 'DECLINE_OVER_PASS', message, detail };
  }
  if (rejections > 0) return undefined;
  return {
    code: 'DECLINE_NO_REJECT',
    message: 'the vote passed and no decisive REJECT backs a decline',
    detail,
  };
};
