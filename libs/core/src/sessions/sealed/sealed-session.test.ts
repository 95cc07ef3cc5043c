import { describe, expect, it } from 'vitest';
import { sessionsSnapshot } from '../session-view.ts';
import { end, evaluate, majority, object, sealed, types, vote } from '../testing/sealed-script.ts';
import { createSessionScript, policyWith, SESSION, START, WORKSPACE } from '../testing/session-script.ts';
import { escalationClosing } from './escalation-closing.ts';

describe('the start of a sealed session', () => {
  it('holds the request as its one proposal, and the approvers without the requester as its roster', () => {
    const script = sealed(majority, ['a', 'payer', 'b', 'a']);
    expect(script.view()).toMatchObject({
      initiator: 'edict',
      participants: ['a', 'b'],
      phase: 'Evaluation',
      proposals: { request: { option: 'transfer', sender: 'edict' } },
      request: { subject: { id: 'payer' }, request_id: 'r-7' },
      deadline_unix_ms: START + 900_000,
    });
    expect(script.started.ack).toMatchObject({ ok: true, session_state: 'Open' });
  });

  it('holds who asks for what, so that whoever votes knows what about', () => {
    const asked = {
      action: { name: 'tool.invoke' },
      resource: { type: 'tool', id: 'ledger.transfer', properties: { account: 'a-1' } },
      context: { amount: 5_000 },
    };
    const script = createSessionScript();
    const proposal = { option: 'transfer', rationale: '', supporting_data: JSON.stringify(asked) };
    script.startSealed({ descriptor: policyWith(majority), proposal });
    const request = { subject: { type: 'agent', id: 'payer' }, request_id: 'r-7' };
    expect(script.view()?.request).toEqual({ ...request, ...asked });
    expect(sealed(majority).view()?.request).toEqual(request);
    expect(sessionsSnapshot(script.replayed())).toEqual(sessionsSnapshot(script.state));
  });

  it('changes nothing when it is a repeat, or when its deadline has passed', () => {
    const script = sealed(majority);
    expect(script.startSealed({ descriptor: policyWith(majority) })).toMatchObject({
      events: [],
      ack: { ok: true },
    });
    const late = createSessionScript();
    late.wait(900_001);
    expect(late.startSealed({ descriptor: policyWith(majority) })).toMatchObject({
      events: [],
      code: 'SESSION_NOT_OPEN',
    });
  });

  it.each([
    ['algorithm none', { descriptor: policyWith({}) }, 'INVALID_POLICY_DEFINITION'],
    ['no policy', { descriptor: undefined }, 'UNKNOWN_POLICY_VERSION'],
    ['no approver but the requester', { descriptor: policyWith(majority), roster: ['payer'] }, 'FORBIDDEN'],
  ])('is refused with %s', (_title, command, code) => {
    expect(createSessionScript().startSealed(command).code).toBe(code);
  });

  it('ends at once when no vote could ever decide it', () => {
    const rules = {
      voting: { algorithm: 'majority', quorum: { value: 4 } },
      commitment: { require_vote_quorum: true },
    };
    const script = sealed(rules);
    expect(types(script.started.events)).toEqual(['session.started', 'session.cancelled']);
    expect(end(script)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE', ['QUORUM', 'NO_VOTES_DECLINE']]);
    const electorate = { voting: { algorithm: 'weighted', weights: { outsider: 1 } } };
    expect(end(sealed(electorate)).slice(0, 2)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE']);
  });
});

describe('who may do what', () => {
  it('refuses a proposal and a commitment from anybody, whatever the authority of the policy', () => {
    const rules = { ...majority, commitment: { authority: 'any_participant' } };
    const script = sealed(rules);
    expect([
      script.propose('a', 'p2').code,
      script.commit(true, 'a').code,
      script.commit(true, 'payer').code,
    ]).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(script.say('SessionCancel', 'a').code).toBe('FORBIDDEN');
    expect(script.say('SessionCancel', 'edict').code).toBe('FORBIDDEN');
  });

  it('refuses a vote of the requester', () => {
    expect(vote(sealed(majority, ['a', 'payer', 'b']), 'payer', 'APPROVE').code).toBe('FORBIDDEN');
  });
});

describe('the end of a sealed session', () => {
  it('is positive as soon as the missing ballots could not change it, in the same decision as the vote', () => {
    const script = sealed(majority);
    expect(types(vote(script, 'a', 'APPROVE').events)).toEqual(['signal.accepted']);
    const { events, ack } = vote(script, 'b', 'APPROVE');
    expect(types(events)).toEqual(['signal.accepted', 'session.resolved']);
    expect(ack).toMatchObject({ ok: true, session_state: 'Resolved', receipt: { index: 0 } });
    expect(end(script)).toEqual(['Resolved', true, ['VOTE_ALLOWS']]);
    expect(script.view()?.ending?.sender).toBe('edict');
  });

  it('is negative as soon as the missing ballots could not save it', () => {
    const script = sealed(majority);
    vote(script, 'a', 'REJECT');
    vote(script, 'b', 'REJECT');
    expect(end(script)).toEqual(['Resolved', false, ['VOTE_FAILED']]);
  });

  it('comes when everybody has voted, at the latest', () => {
    const script = sealed({ voting: { algorithm: 'plurality' } }, ['a', 'b']);
    vote(script, 'a', 'APPROVE');
    vote(script, 'b', 'REJECT');
    expect(end(script)).toEqual(['Resolved', false, ['VOTE_FAILED']]);
  });

  it.each([1, 2, 3])('never allows an empty tally, at schema_version %i', (version) => {
    const script = sealed(majority, ['a', 'b'], version);
    vote(script, 'a', 'ABSTAIN');
    vote(script, 'b', 'ABSTAIN');
    expect(end(script).slice(0, 2)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE']);
  });

  it('needs an APPROVE that counts: one of weight 0 does not', () => {
    const script = sealed({ voting: { algorithm: 'weighted', weights: { a: 1 } } }, ['a', 'b'], 1);
    vote(script, 'b', 'APPROVE');
    expect(script.view()?.state).toBe('Open');
    vote(script, 'a', 'ABSTAIN');
    expect(end(script).slice(0, 2)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE']);
  });

  it('minds weights: the heaviest approver decides alone', () => {
    const script = sealed({ voting: { algorithm: 'weighted', weights: { a: 3, b: 1, c: 1 } } });
    vote(script, 'a', 'APPROVE');
    expect(end(script)).toEqual(['Resolved', true, ['VOTE_ALLOWS']]);
  });

  it('minds the quorum: a settled vote waits for enough voters', () => {
    const rules = {
      voting: { algorithm: 'weighted', weights: { a: 3, b: 1, c: 1 }, quorum: { value: 2 } },
      commitment: { require_vote_quorum: true },
    };
    const script = sealed(rules);
    vote(script, 'a', 'APPROVE');
    expect(script.view()?.state).toBe('Open');
    vote(script, 'b', 'REJECT');
    expect(end(script)).toEqual(['Resolved', true, ['VOTE_ALLOWS']]);
  });

  it('is a cancellation where the policy refuses the decline too, for want of a quorum', () => {
    const rules = {
      voting: { algorithm: 'unanimous', quorum: { value: 2 } },
      commitment: { require_vote_quorum: true },
    };
    const script = sealed(rules);
    vote(script, 'a', 'REJECT');
    expect(end(script)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE', ['VOTE_FAILED', 'QUORUM']]);
  });

  it('is a cancellation at the veto that makes it impossible, before anybody voted', () => {
    const script = sealed({ ...majority, objection_handling: { critical_severity_vetoes: true } });
    const { events } = object(script, 'c');
    expect(types(events)).toEqual(['signal.accepted', 'session.cancelled']);
    expect(end(script)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE', ['VETO', 'NO_VOTES_DECLINE']]);
  });

  it('is a decline at a veto that finalises one', () => {
    const objection_handling = {
      critical_severity_vetoes: true,
      critical_objection_action: 'finalize_decline',
    };
    const script = sealed({ ...majority, objection_handling });
    object(script, 'c');
    expect(end(script)).toEqual(['Resolved', false, ['VETO_POSITIVE']]);
  });

  it('counts on evaluations only as long as they may still come', () => {
    const rules = { ...majority, evaluation: { required_before_voting: true, minimum_confidence: 0.8 } };
    const patient = sealed(rules);
    evaluate(patient, 'a', 0.1);
    expect(patient.view()?.state).toBe('Open');
    vote(patient, 'a', 'APPROVE');
    expect(end(patient).slice(0, 2)).toEqual(['Cancelled', 'OUTCOME_IMPOSSIBLE']);
    const careful = sealed(rules, ['a']);
    evaluate(careful, 'a', 0.8);
    vote(careful, 'a', 'APPROVE');
    expect(end(careful)).toEqual(['Resolved', true, ['VOTE_ALLOWS']]);
  });

  it('is a cancellation when its verdict closed without it, and says why', () => {
    const script = sealed(majority);
    const reason = { code: 'WITHDRAWN', message: 'The requester withdrew the request.' };
    const cancel = { kind: 'cancel-sealed', session_id: SESSION, reason } as const;
    expect(types(script.submit(cancel).events)).toEqual(['session.cancelled']);
    expect(end(script)).toEqual(['Cancelled', 'CANCELLED', ['WITHDRAWN']]);
    expect(vote(script, 'a', 'APPROVE')).toMatchObject({ code: 'SESSION_NOT_OPEN', events: [] });
    expect(script.submit(cancel)).toMatchObject({ code: 'ok', events: [] });
    expect(sessionsSnapshot(script.replayed())).toEqual(sessionsSnapshot(script.state));
  });

  it('is not changed by a cancellation that comes after it, and a session by hand is not cancelled so', () => {
    const reason = { code: 'WITHDRAWN', message: 'The requester withdrew the request.' };
    const cancel = { kind: 'cancel-sealed', session_id: SESSION, reason } as const;
    const decided = sealed(majority, ['a']);
    vote(decided, 'a', 'APPROVE');
    expect(decided.submit(cancel)).toMatchObject({ events: [], ack: { session_state: 'Resolved' } });
    const late = sealed(majority);
    late.wait(900_001);
    expect(types(late.submit(cancel).events)).toEqual(['session.expired']);
    const byHand = createSessionScript();
    byHand.start();
    expect(byHand.submit(cancel).events).toEqual([]);
    expect(createSessionScript().submit(cancel).events).toEqual([]);
  });

  it('is an expiry at its deadline', () => {
    const script = sealed(majority);
    script.wait(900_001);
    const { events } = script.submit({ kind: 'expire', session_id: SESSION });
    expect(events[0] && escalationClosing(events[0], WORKSPACE)).toMatchObject({
      outcome: 'expired',
      reasons: [],
    });
  });
});
