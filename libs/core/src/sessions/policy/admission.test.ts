import { BOUNDS } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { builtInDecisionPolicy } from './built-in.ts';
import { decisionKind } from './kind.ts';

const document = (rules: object, changes: object = {}) => ({
  policy_id: 'policy.test.one',
  mode: 'macp.mode.decision.v1',
  schema_version: 3,
  description: 'made for a test',
  rules,
  ...changes,
});
const problems = (rules: object, changes: object = {}) =>
  decisionKind.check(document(rules, changes)).problems.map(({ code, path }) => `${code} ${path}`);

describe('admission', () => {
  it.each([
    [
      'threshold 0',
      { voting: { algorithm: 'weighted', weights: { a: 1 }, threshold: 0 } },
      '/rules/voting/threshold',
    ],
    [
      'a threshold above 1 that its algorithm ignores',
      { voting: { algorithm: 'unanimous', threshold: 1.1 } },
      '/rules/voting/threshold',
    ],
    [
      'supermajority without a threshold',
      { voting: { algorithm: 'supermajority' } },
      '/rules/voting/threshold',
    ],
    [
      'supermajority at one half',
      { voting: { algorithm: 'supermajority', threshold: 0.5 } },
      '/rules/voting/threshold',
    ],
    [
      'majority below one half',
      { voting: { algorithm: 'majority', threshold: 0.49 } },
      '/rules/voting/threshold',
    ],
    ['an unknown algorithm', { voting: { algorithm: 'approval' } }, '/rules/voting/algorithm'],
    ['an unknown quorum type', { voting: { quorum: { type: 'n_of_m' } } }, '/rules/voting/quorum/type'],
    ['a negative quorum', { voting: { quorum: { value: -1 } } }, '/rules/voting/quorum/value'],
    ['weighted without weights', { voting: { algorithm: 'weighted' } }, '/rules/voting/weights'],
    [
      'empty weights, whatever the algorithm',
      { voting: { algorithm: 'majority', weights: {} } },
      '/rules/voting/weights',
    ],
    ['a weight of 0', { voting: { algorithm: 'weighted', weights: { a: 0 } } }, '/rules/voting/weights/a'],
    [
      'veto_threshold 0',
      { objection_handling: { veto_threshold: 0 } },
      '/rules/objection_handling/veto_threshold',
    ],
    [
      'a veto threshold of 1.5',
      { objection_handling: { veto_threshold: 1.5 } },
      '/rules/objection_handling/veto_threshold',
    ],
    [
      'an unknown critical action',
      { objection_handling: { critical_objection_action: 'stop' } },
      '/rules/objection_handling/critical_objection_action',
    ],
    [
      'a confidence above 1',
      { evaluation: { minimum_confidence: 1.1 } },
      '/rules/evaluation/minimum_confidence',
    ],
    [
      'the plural designated_roles',
      { commitment: { authority: 'designated_roles' } },
      '/rules/commitment/authority',
    ],
    [
      'designated_role without roles',
      { commitment: { authority: 'designated_role' } },
      '/rules/commitment/designated_roles',
    ],
    [
      'designated_role with empty roles',
      { commitment: { authority: 'designated_role', designated_roles: [] } },
      '/rules/commitment/designated_roles',
    ],
    ['an unknown key', { voting: { treshold: 0.5 } }, '/rules/voting/treshold'],
    ['an unknown section', { audit: { level: 'info' } }, '/rules/audit'],
  ])('macp 1.3 refuses %s', (_title, rules, path) => {
    expect(problems(rules)).toEqual([`POLICY_INVALID ${path}`]);
  });

  it.each([
    ['an empty id', { policy_id: '' }, 'POLICY_INVALID /policy_id'],
    ['MA-11 the default id', { policy_id: 'policy.default' }, 'POLICY_INVALID /policy_id'],
    ['MA-11 an id under the reserved prefix', { policy_id: 'policy.std.mine' }, 'POLICY_INVALID /policy_id'],
    ['schema_version 0', { schema_version: 0 }, 'POLICY_INVALID /schema_version'],
    ['schema_version 4', { schema_version: 4 }, 'POLICY_INVALID /schema_version'],
    ['no description', { description: undefined }, 'POLICY_INVALID /description'],
    ['rules that are no object', { rules: [] }, 'POLICY_INVALID /rules'],
    ['another mode', { mode: 'macp.mode.quorum.v1' }, 'UNSUPPORTED /mode'],
    [
      'a selector, which nothing would ask for',
      { applies_to: { subjects: ['a'] } },
      'UNSUPPORTED /applies_to',
    ],
  ])('macp 1.1 refuses %s', (_title, changes, problem) => {
    expect(problems({}, changes)).toEqual([problem]);
  });

  it('refuses a document above 256 KiB', () => {
    expect(problems({}, { description: 'x'.repeat(BOUNDS.decisionDocumentBytes) })).toEqual([
      'POLICY_INVALID ',
    ]);
  });

  it('names every problem at once, those between fields included', () => {
    const rules = {
      voting: { algorithm: 'supermajority', quorum: { value: 'two' } },
      commitment: { authority: 'designated_role' },
    };
    expect(problems(rules, { schema_version: '1', policy_id: 'policy.default' }).sort()).toEqual([
      'POLICY_INVALID /policy_id',
      'POLICY_INVALID /rules/commitment/designated_roles',
      'POLICY_INVALID /rules/voting/quorum/value',
      'POLICY_INVALID /rules/voting/threshold',
      'POLICY_INVALID /schema_version',
    ]);
  });

  it.each([
    ['policy.majority', { policy_id: 'policy.majority' }],
    ['policy.stdlib.x', { policy_id: 'policy.stdlib.x' }],
    ['every mode', { mode: '*' }],
    ['kind decision instead of a mode', { mode: undefined, kind: 'decision' }],
    ['what a registry added', { registered_at_unix_ms: 1 }],
  ])('macp 1.2 accepts %s', (_title, changes) => {
    expect(problems({}, changes)).toEqual([]);
  });

  it('macp 1.1 annotations are legal on every closed level; among the weights they are participants', () => {
    const rules = {
      $id: 'x',
      voting: { _note: 'x', algorithm: 'weighted', weights: { _a: 1 }, quorum: { $a: 1, value: 1 } },
    };
    expect(problems(rules, { _comment: 'x', $schema: 'x' })).toEqual([]);
    expect(problems({ voting: { algorithm: 'weighted', weights: { _a: 0 } } })).toEqual([
      'POLICY_INVALID /rules/voting/weights/_a',
    ]);
  });

  it('macp 1.2 the built-in profiles would be accepted but for their ids', () => {
    for (const name of ['majority', 'supermajority', 'unanimous']) {
      const builtIn = builtInDecisionPolicy(`policy.std.${name}`);
      expect(decisionKind.check({ ...builtIn, policy_id: 'policy.mine.copy' }).problems).toEqual([]);
    }
  });
});
