import { describe, expect, it } from 'vitest';
import {
  createSessionScript,
  envelopeOf,
  policyWith,
  SESSION,
  START,
  startPayload,
} from '../testing/session-script.ts';

const startWith = (envelope: object, payload: object = {}, descriptor?: unknown) => {
  const script = createSessionScript();
  const full = { ...envelopeOf('SessionStart', 'lead', startPayload(payload)), ...envelope };
  return script.submit({ kind: 'signal', envelope: full }, descriptor);
};

describe('the start of a session', () => {
  it('macp 3.1 binds the whole descriptor, annotations included, and never asks for it again', () => {
    const script = createSessionScript();
    const policy = { ...policyWith({ _note: 'kept', voting: { algorithm: 'majority' } }), _by: 'us' };
    const envelope = envelopeOf('SessionStart', 'lead', startPayload({ policy_version: policy.policy_id }));
    const { events } = script.submit({ kind: 'signal', envelope }, policy);
    expect(events[0]).toMatchObject({
      type: 'session.started',
      data: { policy, policy_id: policy.policy_id },
    });
    script.propose();
    expect(script.commit(true).code).toBe('POLICY_DENIED');
  });

  it('macp 3.1 an empty policy_version is policy.default, and the resolved id is recorded', () => {
    expect(startWith({}).events[0]?.data).toMatchObject({
      policy_id: 'policy.default',
      max_suspend_ms: 604_800_000,
    });
  });

  it.each(['policy.std.majority', 'policy.std.supermajority', 'policy.std.unanimous'])(
    'macp 1.2 %s exists without being saved',
    (id) => {
      expect(startWith({}, { policy_version: id }).events[0]?.data).toMatchObject({ policy_id: id });
    },
  );

  it.each([
    ['MA-11 a policy that is not live', {}, { policy_version: 'policy.none.such' }, 'UNKNOWN_POLICY_VERSION'],
    [
      'macp 1.2 another id under the reserved prefix',
      {},
      { policy_version: 'policy.std.other' },
      'UNKNOWN_POLICY_VERSION',
    ],
    ['macp 3.1 no mode', { mode: '' }, {}, 'INVALID_ENVELOPE'],
    ['macp 3.1 another mode', { mode: 'macp.mode.task.v1' }, {}, 'MODE_NOT_SUPPORTED'],
    [
      'macp 3.1 an id before a mode',
      { mode: 'macp.mode.task.v1', session_id: 'short' },
      {},
      'INVALID_SESSION_ID',
    ],
    ['macp 3.1 another mode_version', {}, { mode_version: '2.0.0' }, 'INVALID_ENVELOPE'],
    ['macp 3.1 no configuration_version', {}, { configuration_version: ' ' }, 'INVALID_ENVELOPE'],
    ['macp 3.1 ttl 0', {}, { ttl_ms: 0 }, 'INVALID_ENVELOPE'],
    ['macp 3.1 ttl above a day', {}, { ttl_ms: 86_400_001 }, 'INVALID_ENVELOPE'],
    ['macp 3.1 a negative max_suspend_ms', {}, { max_suspend_ms: -1 }, 'INVALID_ENVELOPE'],
    ['macp 3.1 a participant twice', {}, { participants: ['a', 'a '] }, 'INVALID_ENVELOPE'],
    ['macp 3.1 a blank participant', {}, { participants: [' '] }, 'INVALID_ENVELOPE'],
    [
      'macp 3.1 1001 participants',
      {},
      { participants: Array.from({ length: 1001 }, (_, i) => `p${i}`) },
      'INVALID_ENVELOPE',
    ],
    ['a start whose time has passed already', { timestamp_unix_ms: START - 60_001 }, {}, 'INVALID_ENVELOPE'],
  ])('%s is refused', (_title, envelope, payload, code) => {
    expect(startWith(envelope, payload).code).toBe(code);
  });

  it('macp 3.1 a policy for another mode is INVALID_POLICY_DEFINITION', () => {
    const other = { ...policyWith({}), mode: 'macp.mode.quorum.v1' };
    expect(startWith({}, { policy_version: other.policy_id }, other).code).toBe('INVALID_POLICY_DEFINITION');
    const guardrail = { policy_id: 'guardrail.x', kind: 'guardrail', rules: {} };
    expect(startWith({}, { policy_version: 'guardrail.x' }, guardrail).code).toBe(
      'INVALID_POLICY_DEFINITION',
    );
  });

  it.each([
    ['a UUID of version 4', '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'ok'],
    ['a UUID of version 7', SESSION, 'ok'],
    ['base64url of 22 characters', 'abcdefghijklmnopqrst_-', 'ok'],
    ['base64url of 21 characters', 'abcdefghijklmnopqrst_', 'INVALID_SESSION_ID'],
    ['an upper-case UUID', SESSION.toUpperCase(), 'INVALID_SESSION_ID'],
    ['a UUID of version 1', '3fa85f64-5717-1562-b3fc-2c963f66afa6', 'INVALID_SESSION_ID'],
    ['another alphabet', 'abcdefghijklmnopqrstuv+/', 'INVALID_SESSION_ID'],
    ["an escalation's id", `esc-${'0'.repeat(64)}`, 'INVALID_SESSION_ID'],
    ['no id', '', 'INVALID_SESSION_ID'],
  ])('macp 3.1 as a session id, %s is judged by its form', (_title, session_id, code) => {
    expect(startWith({ session_id }).code).toBe(code);
  });

  it('macp 3.1 an id that exists is refused, unless it is the same message again', () => {
    const script = createSessionScript();
    script.start();
    const other = envelopeOf('SessionStart', 'lead', startPayload(), { message_id: 'other' });
    expect(script.send(other)).toMatchObject({
      code: 'SESSION_ALREADY_EXISTS',
      ack: { session_state: 'Open' },
    });
    expect(script.start().ack).toMatchObject({ ok: true, duplicate: true });
  });

  it('macp 3.5 the deadline is the timestamp plus ttl_ms, and a clock that is ahead gains nothing', () => {
    const behind = startWith({ timestamp_unix_ms: START - 10_000 }).events[0]?.data;
    const ahead = startWith({ timestamp_unix_ms: START + 10_000_000 }).events[0]?.data;
    expect([behind, ahead]).toMatchObject([{ deadline: START + 50_000 }, { deadline: START + 60_000 }]);
  });

  it('macp 3.1 a session without participants is inert: its initiator may not even propose', () => {
    const script = createSessionScript();
    script.start(undefined, { participants: [] });
    expect(script.propose('lead').code).toBe('FORBIDDEN');
  });
});
