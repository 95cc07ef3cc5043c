import { describe, expect, it } from 'vitest';
import { envelopesFrom, startFrom } from './envelopes.ts';

const filled = { newId: () => 'id-1', now: 1_000 };

describe('envelopesFrom', () => {
  it('fills in what every signal has in common', () => {
    const vote = { session_id: 's', sender: 'risk', message_type: 'Vote', payload: { vote: 'APPROVE' } };
    expect(envelopesFrom(vote, filled)).toEqual([
      {
        macp_version: '1.0',
        mode: 'macp.mode.decision.v1',
        message_id: 'id-1',
        timestamp_unix_ms: 1_000,
        ...vote,
      },
    ]);
  });

  it('leaves alone what the envelope says itself', () => {
    const [envelope] = envelopesFrom({ message_id: 'mine', timestamp_unix_ms: 7, payload: {} }, filled);
    expect(envelope).toMatchObject({ message_id: 'mine', timestamp_unix_ms: 7 });
  });

  it.each([
    ['a text', 'vote', /a signal is a JSON object/],
    ['an empty list', [], /is empty/],
    ['an unknown field', { mesage_type: 'Vote' }, /mesage_type|envelope/],
    ['a payload that is no object', { payload: [1] }, /payload/],
  ])('refuses %s', (_case, value, message) => {
    expect(() => envelopesFrom(value, filled)).toThrow(message);
  });
});

describe('startFrom', () => {
  it('makes a SessionStart of a payload and its initiator', () => {
    expect(
      startFrom({ initiator: 'ann', participants: ['a', 'b'], policy_version: 'p' }, filled),
    ).toMatchObject({
      message_type: 'SessionStart',
      session_id: 'id-1',
      sender: 'ann',
      payload: {
        participants: ['a', 'b'],
        policy_version: 'p',
        mode_version: '1.0.0',
        configuration_version: 'cfg-1',
        ttl_ms: 3_600_000,
      },
    });
  });

  it('refuses another message, and a start by nobody', () => {
    expect(() => startFrom({ message_type: 'Vote' }, filled)).toThrow(/begins with SessionStart/);
    expect(() => startFrom({ participants: [] }, filled)).toThrow(/initiator is missing/);
  });
});
