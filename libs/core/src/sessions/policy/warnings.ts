import type { Problem } from '@edict/contracts';
import type { Rules } from './rules.ts';

/**
 * What a well-formed policy sets without effect, and how its sessions can end up where no commitment is possible
 * (macp §1.4, §2.11 a–e, §6). `present` says whether a field was written, by its pointer.
 */
export const decisionWarnings = (rules: Rules, present: (path: string) => boolean): Problem[] =>
  [...inertSettings(rules, present), ...emptyTally(rules), ...deadlocks(rules)].map(
    ([code, path, message]) => ({ code, path, message }),
  );

type Row = readonly [code: string, path: string, message: string];

const inertSettings = (rules: Rules, present: (path: string) => boolean): Row[] => {
  const rows: Row[] = [];
  const inert = (when: boolean, path: string, why: string): void => {
    if (when && present(path))
      rows.push(['INERT_SETTING', path, `${path.split('/').at(-1)} has no effect: ${why}`]);
  };
  const { algorithm } = rules;
  const counts = !['none', 'unanimous', 'plurality'].includes(algorithm);
  inert(!counts, '/rules/voting/threshold', `${algorithm} knows no threshold`);
  inert(algorithm !== 'weighted', '/rules/voting/weights', `${algorithm} knows no weights`);
  inert(
    !rules.requireVoteQuorum && rules.quorum.value > 0,
    '/rules/voting/quorum',
    'require_vote_quorum is not set',
  );
  const objections = '/rules/objection_handling';
  const noVeto = 'critical_severity_vetoes is not set';
  inert(!rules.vetoes, `${objections}/veto_threshold`, noVeto);
  inert(!rules.vetoes, `${objections}/critical_objection_action`, noVeto);
  inert(
    !rules.evaluationRequired && rules.minimumConfidence > 0,
    '/rules/evaluation/minimum_confidence',
    'required_before_voting is not set',
  );
  const commitment = '/rules/commitment';
  inert(
    rules.authority !== 'designated_role' && rules.designated.length > 0,
    `${commitment}/designated_roles`,
    `authority is ${rules.authority}`,
  );
  inert(
    algorithm === 'none' && rules.allowDeclineOverApproval,
    `${commitment}/allow_decline_over_approval`,
    'algorithm none takes a decline at face value',
  );
  return rows;
};

const emptyTally = (rules: Rules): Row[] => {
  if (rules.algorithm === 'none') return [];
  if (rules.schemaVersion <= 2) {
    if (rules.requireVoteQuorum) return [];
    const why = 'without a vote a positive commitment is allowed; schema_version 3 needs one';
    return [['EMPTY_TALLY_ALLOWS', '/schema_version', `schema_version ${rules.schemaVersion}: ${why}`]];
  }
  if (!rules.requireVoteQuorum || rules.quorum.value > 0) return [];
  const why = 'the quorum is 0, so require_vote_quorum gates nothing under schema_version 3';
  return [['INERT_SETTING', '/rules/commitment/require_vote_quorum', why]];
};

const deadlocks = (rules: Rules): Row[] => {
  const rows: Row[] = [];
  const { type, value } = rules.quorum;
  if (rules.evaluationRequired) {
    const why =
      'a vote before a qualifying evaluation closes deliberation, and nothing can be committed any more';
    rows.push(['DEADLOCK_EVALUATION', '/rules/evaluation/required_before_voting', why]);
  }
  if (rules.algorithm === 'unanimous' && rules.schemaVersion >= 3) {
    const why = 'after an abstention without any REJECT neither outcome can be committed';
    rows.push(['DEADLOCK_ABSTENTION', '/rules/voting/algorithm', why]);
  }
  if (rules.vetoes && rules.criticalAction !== 'finalize_decline') {
    const why = `under ${rules.criticalAction} a veto blocks both outcomes until the session expires or is cancelled`;
    rows.push(['DEADLOCK_VETO', '/rules/objection_handling/critical_severity_vetoes', why]);
  }
  if (rules.requireVoteQuorum) rows.push(...quorumRows(type, value));
  if (rules.algorithm === 'weighted') {
    const why = 'where nobody in weights takes part, no commitment is possible beyond an empty tally';
    rows.push(['DEADLOCK_ELECTORATE', '/rules/voting/weights', why]);
  }
  return rows;
};

const quorumRows = (type: 'count' | 'percentage', value: number): Row[] => {
  const path = '/rules/voting/quorum/value';
  if (type === 'percentage' && value > 100) {
    return [['DEADLOCK_QUORUM', path, `more than 100 % of the participants can never vote`]];
  }
  if (type === 'percentage' && value > 0 && value <= 1) {
    return [['QUORUM_SCALE', path, `a percentage is on a scale of 0 to 100: ${value} means ${value} %`]];
  }
  if (type === 'count' && value > 1) {
    return [['DEADLOCK_QUORUM', path, `sessions with fewer than ${value} participants can never commit`]];
  }
  return [];
};
