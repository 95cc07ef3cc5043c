import { createSessionsDecider, findSession, sessionView } from '@edict/core';
import { describe, expect, it } from 'vitest';
import { sessionText } from './session-rows.ts';

const decider = createSessionsDecider('sessions.0');
const receipt = { journal: 'sessions.0', revision: 3, index: 0 } as const;

const viewWith = (proposals: number, rationaleLength: number) => {
  const state = decider.initialState();
  const start = {
    session_id: 's',
    message_id: 'm',
    initiator: 'a',
    mode: 'macp.mode.decision.v1',
    mode_version: '1.0.0',
    configuration_version: '1',
    participants: ['a', 'b'],
    policy_id: 'policy.default',
    policy: { policy_id: 'policy.default', mode: '*', schema_version: 1, rules: {} },
    intent: 'choose',
    context_id: '',
    roots: [],
    extensions: {},
    started_at: 1,
    deadline: 1_000,
    max_suspend_ms: 0,
  };
  const at = { ws: 'w', at: 1, revision: 1, index: 0 };
  decider.evolve(state, { type: 'session.started', data: start }, at);
  for (let n = 0; n < proposals; n++) {
    const payload = { proposal_id: `p-${n}`, option: 'x', rationale: 'y'.repeat(rationaleLength) };
    const data = {
      session_id: 's',
      message_id: `m-${n}`,
      message_type: 'Proposal',
      sender: 'a',
      timestamp_unix_ms: 1,
      payload,
    };
    decider.evolve(state, { type: 'signal.accepted', data: { ...data, message_type: 'Proposal' } }, at);
  }
  const found = findSession(state, 'w', 's');
  if (found === undefined) throw new Error('no session');
  return sessionView(found.session, found.progress);
};

describe("a session's row", () => {
  it('is the view with the receipt of the event that made it so', () => {
    const view = viewWith(2, 10);
    expect(JSON.parse(sessionText(view, receipt))).toEqual({ ...JSON.parse(JSON.stringify(view)), receipt });
  });

  it('only counts what was said where all of it is more than a message holds', () => {
    const text = sessionText(viewWith(20, 100_000), receipt);
    expect(Buffer.byteLength(text)).toBeLessThan(10_000);
    expect(JSON.parse(text)).toMatchObject({
      session_id: 's',
      state: 'Open',
      participants: ['a', 'b'],
      proposals: {},
      omitted: { proposals: 20, evaluations: 0, objections: 0, votes: 0 },
      receipt,
    });
  });
});
