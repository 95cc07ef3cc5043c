import { BOUNDS } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createSessionScript, envelopeOf, SESSION, START, startPayload } from '../testing/session-script.ts';

const opened = (payload: object = {}) => {
  const script = createSessionScript();
  script.start(undefined, payload);
  script.propose();
  return script;
};

describe('expiry', () => {
  it('macp 3.3 exactly at the deadline a session is still open, and 1 ms later it is not', () => {
    const script = opened();
    script.wait(60_000);
    expect(script.vote('a', 'APPROVE').code).toBe('ok');
    script.wait(1);
    const { code, events, ack } = script.vote('b', 'APPROVE');
    expect({ code, types: events.map(({ type }) => type) }).toEqual({
      code: 'SESSION_NOT_OPEN',
      types: ['session.expired'],
    });
    expect(ack.session_state).toBe('Expired');
    expect(script.view()).toMatchObject({ state: 'Expired', ending: { code: 'EXPIRED', sender: null } });
  });

  it('macp 3.5 passes without traffic: the owner is asked when the deadline has passed', () => {
    const script = opened();
    const { decider, state } = script;
    expect(decider.nextDeadline(state)).toBe(START + 60_001);
    expect(decider.due(state, START + 60_000)).toEqual([]);
    script.wait(60_001);
    const [due] = decider.due(state, script.now());
    expect(due).toEqual({ ws: 'default', command: { kind: 'expire', session_id: SESSION } });
    if (due !== undefined) script.submit(due.command);
    expect(script.view()?.state).toBe('Expired');
    expect(decider.nextDeadline(state)).toBeUndefined();
  });

  it('a timer that fires too early, or again, changes nothing', () => {
    const script = opened();
    const early = script.submit({ kind: 'expire', session_id: SESSION });
    script.wait(60_001);
    script.submit({ kind: 'expire', session_id: SESSION });
    const again = script.submit({ kind: 'expire', session_id: SESSION });
    expect([early.events, again.events, script.view()?.state]).toEqual([[], [], 'Expired']);
  });

  it('a terminal session stays until its deadline plus the retry window, and its id is refused afterwards', () => {
    const script = opened();
    script.commit(true);
    script.wait(60_000 + BOUNDS.retryWindowMs);
    const other = envelopeOf('SessionStart', 'lead', startPayload(), {
      session_id: 'abcdefghijklmnopqrstuvwx',
    });
    script.send(other);
    expect(script.commit(true).ack.duplicate).toBe(true);
    script.wait(1);
    script.send({ ...other, session_id: 'abcdefghijklmnopqrstuvwy' });
    expect(script.view()).toBeUndefined();
    expect(script.commit(true)).toMatchObject({
      code: 'SESSION_NOT_OPEN',
      ack: { session_state: 'Resolved' },
    });
    expect(script.start().code).toBe('SESSION_ALREADY_EXISTS');
  });
});

describe('suspension', () => {
  it('macp 3.5 banks the remaining time, and resuming gives it back', () => {
    const script = opened();
    script.wait(20_000);
    expect(script.say('SessionSuspend', 'lead').ack.session_state).toBe('Suspended');
    script.wait(500_000);
    expect(script.vote('a', 'APPROVE')).toMatchObject({
      code: 'SESSION_NOT_OPEN',
      ack: { session_state: 'Suspended' },
    });
    expect(script.commit(true).code).toBe('SESSION_NOT_OPEN');
    expect(script.say('SessionResume', 'lead').ack.session_state).toBe('Open');
    expect(script.view()?.deadline_unix_ms).toBe(START + 520_000 + 40_000);
    expect(script.vote('a', 'APPROVE').code).toBe('ok');
  });

  it('macp 3.5 the total is capped by max_suspend_ms, beyond it the session expires', () => {
    const script = opened({ max_suspend_ms: 1_000 });
    script.say('SessionSuspend', 'lead', {}, { message_id: 's1' });
    script.wait(700);
    script.say('SessionResume', 'lead', {}, { message_id: 'r1' });
    script.say('SessionSuspend', 'lead', {}, { message_id: 's2' });
    expect(script.decider.nextDeadline(script.state)).toBe(script.now() + 301);
    script.wait(301);
    expect(script.say('SessionResume', 'lead', {}, { message_id: 'r2' }).code).toBe('SESSION_NOT_OPEN');
    expect(script.view()?.state).toBe('Expired');
  });

  it('only the initiator suspends and resumes, and only where that means something', () => {
    const script = opened();
    expect(script.say('SessionSuspend', 'a').code).toBe('FORBIDDEN');
    expect(script.say('SessionResume', 'lead').code).toBe('INVALID_ENVELOPE');
    script.say('SessionSuspend', 'lead');
    expect(script.say('SessionSuspend', 'lead', {}, { message_id: 'again' }).code).toBe('SESSION_NOT_OPEN');
    expect(script.say('SessionResume', 'a').code).toBe('FORBIDDEN');
  });
});

describe('cancellation', () => {
  it('macp 3.5 only the initiator may cancel, a suspended session too', () => {
    const script = opened();
    expect(script.say('SessionCancel', 'a').code).toBe('FORBIDDEN');
    script.say('SessionSuspend', 'lead');
    expect(script.say('SessionCancel', 'lead', { reason: 'enough' }).ack.session_state).toBe('Cancelled');
    expect(script.view()?.ending).toMatchObject({ code: 'CANCELLED', sender: 'lead' });
  });

  it('macp 3.5 cancelling a terminal session is a no-op that succeeds, for its initiator', () => {
    const script = opened();
    script.commit(true);
    expect(script.say('SessionCancel', 'lead')).toMatchObject({
      code: 'ok',
      events: [],
      ack: { session_state: 'Resolved' },
    });
    expect(script.say('SessionCancel', 'a').code).toBe('SESSION_NOT_OPEN');
  });
});
