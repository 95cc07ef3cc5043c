import type { DecisionReason } from '@edict/contracts';
import type { Assessment, Ballot } from './evidence.ts';
import type { Rules } from './rules.ts';

/**
 * Why the evaluations do not suffice. One qualifying evaluation is enough; REVIEW never qualifies, every other
 * recommendation does. Without `required_before_voting` nothing is asked for (macp §2.4 check 2).
 */
export const evaluationReason = (
  rules: Rules,
  evaluations: readonly Assessment[],
): DecisionReason | undefined => {
  if (!rules.evaluationRequired) return undefined;
  const qualifying = evaluations.filter(({ recommendation }) => recommendation !== 'REVIEW');
  const minimum = rules.minimumConfidence;
  if (minimum > 0) {
    if (qualifying.some(({ confidence }) => confidence >= minimum)) return undefined;
    return {
      code: 'EVAL_CONFIDENCE',
      message: `no qualifying evaluation has a confidence of at least ${minimum.toFixed(2)}`,
      detail: { minimum_confidence: minimum, evaluations: evaluations.length, qualifying: qualifying.length },
    };
  }
  if (qualifying.length > 0) return undefined;
  return {
    code: 'EVAL_MISSING',
    message: 'an evaluation is required, and one that recommends REVIEW does not qualify',
    detail: { evaluations: evaluations.length },
  };
};

/** Why too few took part. Without `require_vote_quorum` nothing is asked for (macp §2.4 check 4). */
export const quorumReason = (
  rules: Rules,
  ballots: readonly Ballot[],
  declared: readonly string[],
): DecisionReason | undefined => {
  if (!rules.requireVoteQuorum) return undefined;
  const voters = new Set(ballots.map(({ sender }) => sender)).size;
  const { type, value } = rules.quorum;
  if (quorumMet(type, value, voters, declared.length)) return undefined;
  const wanted = type === 'count' ? `${value}` : `${value} % of ${declared.length}`;
  return {
    code: 'QUORUM',
    message: `${voters} of ${declared.length} participants voted; the quorum is ${wanted}`,
    detail: { voters, participants: declared.length, type, value },
  };
};

const quorumMet = (type: string, value: number, voters: number, participants: number): boolean => {
  if (type === 'count') return voters >= value;
  // In this order of operations: 29 of 50 is 57.99999999999999, and so below 58.
  return participants === 0 ? value <= 0 : (voters / participants) * 100 >= value;
};
