import { describe, expect, it } from 'vitest';
import { decisionKind } from './kind.ts';

const document = (rules: object, changes: object = {}) => ({
  policy_id: 'policy.test.one',
  mode: 'macp.mode.decision.v1',
  schema_version: 3,
  description: 'made for a test',
  rules,
  ...changes,
});
const warnings = (rules: object, changes: object = {}) =>
  decisionKind.check(document(rules, changes)).warnings.map(({ code, path }) => `${code} ${path}`);

describe('warnings', () => {
  const voted = { voting: { algorithm: 'majority' } };
  it.each([
    [
      'a quorum without its flag',
      { voting: { algorithm: 'majority', quorum: { value: 2 } } },
      ['INERT_SETTING /rules/voting/quorum'],
    ],
    [
      'a confidence without its flag',
      { ...voted, evaluation: { minimum_confidence: 0.9 } },
      ['INERT_SETTING /rules/evaluation/minimum_confidence'],
    ],
    [
      'roles under another authority',
      { ...voted, commitment: { designated_roles: ['a'] } },
      ['INERT_SETTING /rules/commitment/designated_roles'],
    ],
    [
      'a threshold that nothing reads',
      { voting: { algorithm: 'plurality', threshold: 0.6 } },
      ['INERT_SETTING /rules/voting/threshold'],
    ],
    [
      'weights that nothing reads',
      { voting: { algorithm: 'majority', weights: { a: 1 } } },
      ['INERT_SETTING /rules/voting/weights'],
    ],
    [
      'a veto threshold without vetoes',
      { ...voted, objection_handling: { veto_threshold: 2 } },
      ['INERT_SETTING /rules/objection_handling/veto_threshold'],
    ],
    [
      'a floor of 0 at version 3',
      { ...voted, commitment: { require_vote_quorum: true } },
      ['INERT_SETTING /rules/commitment/require_vote_quorum'],
    ],
    [
      '2.11 a: a vote before an evaluation',
      { ...voted, evaluation: { required_before_voting: true } },
      ['DEADLOCK_EVALUATION /rules/evaluation/required_before_voting'],
    ],
    [
      '2.11 b: an abstention under unanimity',
      { voting: { algorithm: 'unanimous' } },
      ['DEADLOCK_ABSTENTION /rules/voting/algorithm'],
    ],
    [
      '2.11 c: a veto that denies',
      { ...voted, objection_handling: { critical_severity_vetoes: true } },
      ['DEADLOCK_VETO /rules/objection_handling/critical_severity_vetoes'],
    ],
    [
      '2.11 d: a quorum above the roster',
      { voting: { algorithm: 'majority', quorum: { value: 3 } }, commitment: { require_vote_quorum: true } },
      ['DEADLOCK_QUORUM /rules/voting/quorum/value'],
    ],
    [
      '2.11 e: electors who stay away',
      { voting: { algorithm: 'weighted', weights: { a: 1 } } },
      ['DEADLOCK_ELECTORATE /rules/voting/weights'],
    ],
    [
      'a percentage below 1',
      {
        voting: { algorithm: 'majority', quorum: { type: 'percentage', value: 1 } },
        commitment: { require_vote_quorum: true },
      },
      ['QUORUM_SCALE /rules/voting/quorum/value'],
    ],
    [
      'nothing to warn of',
      {
        ...voted,
        objection_handling: { critical_severity_vetoes: true, critical_objection_action: 'finalize_decline' },
      },
      [],
    ],
  ])('macp 6 and 2.11: %s', (_title, rules, expected) => {
    expect(warnings(rules)).toEqual(expected);
  });

  it('2.11 b: the abstention deadlock is one of version 3', () => {
    const rules = { voting: { algorithm: 'unanimous' }, commitment: { require_vote_quorum: true } };
    expect(warnings(rules, { schema_version: 2 })).toEqual([]);
  });

  it('macp 1.4 a version below 3 lets an empty tally pass unless a vote quorum is required', () => {
    expect(warnings(voted, { schema_version: 2 })).toEqual(['EMPTY_TALLY_ALLOWS /schema_version']);
    expect(warnings({ ...voted, commitment: { require_vote_quorum: true } }, { schema_version: 2 })).toEqual(
      [],
    );
    expect(warnings({ voting: { algorithm: 'none' } }, { schema_version: 1 })).toEqual([]);
  });
});
