import { describe, expect, it } from 'vitest';
import { commitment, createSessionScript, envelopeOf } from '../testing/session-script.ts';

const proposed = (rules?: object, payload: object = {}) => {
  const script = createSessionScript();
  script.start(rules, payload);
  script.propose('a');
  return script;
};

describe('authority', () => {
  it.each([
    [
      'initiator_only',
      { authority: 'initiator_only' },
      { lead: 'ok', a: 'FORBIDDEN', outsider: 'FORBIDDEN' },
    ],
    ['no word', {}, { lead: 'ok', a: 'FORBIDDEN' }],
    [
      'MA-09 an unknown word',
      { authority: 'designated_roles', designated_roles: ['a'] },
      { lead: 'ok', a: 'FORBIDDEN' },
    ],
    ['any_participant', { authority: 'any_participant' }, { lead: 'ok', a: 'ok', outsider: 'FORBIDDEN' }],
    [
      'designated_role, which does not imply the initiator and need not be on the roster',
      { authority: 'designated_role', designated_roles: ['risk'] },
      { risk: 'ok', lead: 'FORBIDDEN', a: 'FORBIDDEN' },
    ],
  ])('macp 2.8 %s', (_title, rules, expected) => {
    const found = Object.keys(expected).map((sender) => [
      sender,
      proposed({ commitment: rules }, { participants: ['a', 'b'] }).commit(true, sender).code,
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('macp 2.8 comes before the payload, and before the policy', () => {
    const script = proposed({ voting: { algorithm: 'majority' } });
    expect(script.say('Commitment', 'a', { nonsense: 1 }).code).toBe('FORBIDDEN');
    expect(script.say('Commitment', 'lead', { nonsense: 1 }).code).toBe('INVALID_ENVELOPE');
  });
});

describe('shape', () => {
  const hash = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['a blank commitment_id', { commitment_id: ' ' }],
    ['a blank action', { action: '' }],
    ['a blank authority_scope', { authority_scope: '' }],
    ['a blank reason', { reason: '' }],
    ['another mode_version', { mode_version: '1.0.1' }],
    ['another configuration_version', { configuration_version: 'cfg-2' }],
    ['another policy_version', { policy_version: 'policy.other.one' }],
    ['an outcome that is no boolean', { outcome_positive: 'yes' }],
    ['supersedes without a hash', { supersedes: { session_id: 's' } }],
    ['supersedes with a short hash', { supersedes: { session_id: 's', commitment_hash: 'sha256:ab' } }],
    ['selected, and a negative outcome', { action: 'decision.selected', outcome_positive: false }],
    ['deselected, and a negative outcome', { action: 'deselected', outcome_positive: false }],
    ['unapproved, and a negative outcome', { action: 'unapproved', outcome_positive: false }],
    ['completed, and no outcome', { action: 'completed', outcome_positive: undefined }],
    ['declined, and a positive outcome', { action: 'decision.declined' }],
    ['failed, and a positive outcome', { action: 'failed' }],
  ])('macp 2.9 %s is INVALID_ENVELOPE', (_title, changes) => {
    expect(proposed().commit(true, 'lead', changes).code).toBe('INVALID_ENVELOPE');
  });

  it.each([
    ['any other word', { action: 'postponed' }],
    ['the resolved policy id', { policy_version: 'policy.default' }],
    ['a well-formed supersedes', { supersedes: { session_id: 's', commitment_hash: hash } }],
    ['a word that only contains one of them', { action: 'rejected.reviewed' }],
  ])('macp 2.9 %s is fine', (_title, changes) => {
    expect(proposed().commit(true, 'lead', changes).code).toBe('ok');
  });

  it('macp 2.9 nothing can be committed before something was proposed, whatever the policy says', () => {
    const script = createSessionScript();
    script.start();
    expect([script.commit(true).code, script.commit(false).code]).toEqual([
      'INVALID_ENVELOPE',
      'INVALID_ENVELOPE',
    ]);
  });
});

describe('the end', () => {
  it('macp 3.2 a resolved session keeps its resolution, its sender and why the policy allowed it', () => {
    const script = proposed({ voting: { algorithm: 'majority' } });
    script.vote('a', 'REJECT');
    const { ack } = script.commit(false);
    expect(ack).toMatchObject({ session_state: 'Resolved', receipt: { journal: 'sessions.0', index: 0 } });
    expect(script.view()).toMatchObject({
      state: 'Resolved',
      resolution: { action: 'decision.rejected', outcome_positive: false },
      ending: { code: 'RESOLVED', sender: 'lead', reasons: [{ code: 'VOTE_ALLOWS' }] },
      outlook: null,
    });
    expect(script.vote('b', 'APPROVE')).toMatchObject({
      code: 'SESSION_NOT_OPEN',
      ack: { session_state: 'Resolved' },
    });
  });

  it('MA-10 a refusal carries every reason with its code and its numbers', () => {
    const rules = {
      voting: { algorithm: 'majority', quorum: { type: 'count', value: 2 } },
      evaluation: { required_before_voting: true },
      commitment: { require_vote_quorum: true },
    };
    const { events } = proposed(rules).commit(true);
    expect(events[0]?.data).toMatchObject({
      reasons: [
        { code: 'EVAL_MISSING' },
        { code: 'QUORUM', detail: { voters: 0, value: 2 } },
        { code: 'NO_VOTES' },
      ],
    });
  });

  it('macp 1.4 two sessions of one process judge the same empty tally by their own schema_version', () => {
    const script = createSessionScript();
    const rules = { voting: { algorithm: 'majority' } };
    script.start(rules, {}, 2);
    script.propose();
    expect(script.commit(true).code).toBe('ok');
    const other = proposed(rules);
    expect(other.commit(true).code).toBe('POLICY_DENIED');
  });

  it('macp 2.9 a policy that is stored unreadable lets only the initiator try, and then denies', () => {
    const script = proposed({ voting: { algorithm: 5 } });
    expect(script.commit(true, 'a').code).toBe('FORBIDDEN');
    expect(script.commit(true).ack.error?.reasons[0]?.code).toBe('RULES_PARSE');
    const envelope = envelopeOf('Commitment', 'lead', commitment(false), { message_id: 'c2' });
    expect(script.send(envelope).ack.error?.reasons[0]?.code).toBe('RULES_PARSE');
  });
});
