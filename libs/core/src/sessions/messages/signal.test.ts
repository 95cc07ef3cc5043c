import { describe, expect, it } from 'vitest';
import { createSessionScript, envelopeOf, SESSION } from '../testing/session-script.ts';

const opened = (rules?: object) => {
  const script = createSessionScript();
  script.start(rules);
  return script;
};

const proposed = (rules?: object) => {
  const script = opened(rules);
  script.propose();
  return script;
};

describe('the envelope', () => {
  it.each([
    ['another version', { macp_version: '2.0' }, 'UNSUPPORTED_PROTOCOL_VERSION'],
    [
      'no version, before everything else',
      { macp_version: '', message_type: '' },
      'UNSUPPORTED_PROTOCOL_VERSION',
    ],
    ['no message type', { message_type: '' }, 'INVALID_ENVELOPE'],
    ['no message id', { message_id: '' }, 'INVALID_ENVELOPE'],
    ['a message id of 257 bytes', { message_id: 'x'.repeat(257) }, 'INVALID_ENVELOPE'],
    ['no sender', { sender: '' }, 'UNAUTHENTICATED'],
    ["the host's name as sender", { sender: 'edict' }, 'FORBIDDEN'],
    ['an unknown session', { session_id: 'abcdefghijklmnopqrstuvwx' }, 'SESSION_NOT_FOUND'],
    ['another mode than the session has', { mode: 'macp.mode.task.v1' }, 'INVALID_ENVELOPE'],
    ['a type that nobody may send', { message_type: 'TaskAccept' }, 'FORBIDDEN'],
  ])('macp 3.3 with %s is refused', (_title, changes, code) => {
    const script = proposed();
    expect(
      script.send({ ...envelopeOf('Vote', 'a', { proposal_id: 'p1', vote: 'APPROVE' }), ...changes }).code,
    ).toBe(code);
  });

  it('a sender that is not the identity of the address is refused', () => {
    const vote = envelopeOf('Vote', 'a', { proposal_id: 'p1', vote: 'APPROVE' });
    expect(proposed().send(vote, 'b').code).toBe('IDENTITY_MISMATCH');
    expect(proposed().send(vote, 'a').code).toBe('ok');
  });

  it('an unknown session is answered with the ids near it', () => {
    const near = `${SESSION.slice(0, -1)}c`;
    const { ack } = proposed().say('Vote', 'a', {}, { session_id: near });
    expect(ack.error?.message).toContain(SESSION);
  });
});

describe('repeats', () => {
  it('macp 3.3 a message id that was accepted is acknowledged as a duplicate, with the first receipt', () => {
    const script = proposed();
    const { ack } = script.vote('a', 'APPROVE');
    script.wait(10);
    script.vote('b', 'APPROVE');
    const again = script.vote('a', 'APPROVE');
    expect(again.ack).toEqual({ ...ack, duplicate: true });
    expect(again.events).toEqual([]);
  });

  it('macp 3.3 also with another payload, another sender, and in a terminal session', () => {
    const script = proposed();
    script.vote('a', 'APPROVE');
    const message_id = 'vote-p1-a';
    expect(script.say('Vote', 'outsider', { vote: 'REJECT' }, { message_id }).ack.duplicate).toBe(true);
    script.commit(true);
    expect(script.vote('a', 'REJECT').ack).toMatchObject({ duplicate: true, session_state: 'Resolved' });
    expect(script.commit(true).ack).toMatchObject({ ok: true, duplicate: true });
  });

  it('macp 3.3 a refusal changes nothing and does not use the message id up', () => {
    const script = opened();
    const before = script.snapshot();
    expect(script.vote('a', 'APPROVE').code).toBe('INVALID_ENVELOPE');
    expect(script.snapshot()).toEqual(before);
    script.propose();
    expect(script.vote('a', 'APPROVE').ack).toMatchObject({ ok: true, duplicate: false });
  });

  it('macp 3.2 a recorded refusal of a commitment does not use its message id up either', () => {
    const script = proposed({ voting: { algorithm: 'majority' } });
    const before = script.snapshot();
    const refused = script.commit(true);
    expect(refused).toMatchObject({ code: 'POLICY_DENIED', events: [{ type: 'commitment.refused' }] });
    expect(refused.ack.error?.reasons[0]?.code).toBe('NO_VOTES');
    expect(script.snapshot()).toEqual(before);
    script.vote('a', 'APPROVE');
    expect(script.commit(true).ack).toMatchObject({ ok: true, duplicate: false, session_state: 'Resolved' });
  });
});

describe('deliberation', () => {
  it('macp 3.2 goes from Proposal to Evaluation to Voting to Committed', () => {
    const script = opened();
    const phases = [script.view()?.phase];
    for (const step of [
      () => script.propose(),
      () => script.vote('a', 'APPROVE'),
      () => script.commit(true),
    ]) {
      step();
      phases.push(script.view()?.phase);
    }
    expect(phases).toEqual(['Proposal', 'Evaluation', 'Voting', 'Committed']);
  });

  it.each(['Proposal', 'Evaluation', 'Objection'])(
    'macp 3.2 the first vote closes deliberation: a later %s is refused',
    (type) => {
      const script = proposed();
      script.vote('a', 'ABSTAIN');
      const fitting = {
        Proposal: { proposal_id: 'p2', option: 'x' },
        Evaluation: { proposal_id: 'p1', recommendation: 'APPROVE' },
        Objection: { proposal_id: 'p1', severity: 'low' },
      }[type];
      const { ack, code } = script.say(type, 'b', fitting);
      expect(code).toBe('INVALID_ENVELOPE');
      expect(ack.error?.message).toContain('the first vote has closed deliberation');
    },
  );

  it.each([
    ['Proposal', { proposal_id: ' ', option: 'x' }],
    ['Proposal', { proposal_id: 'p2', option: '' }],
    ['Proposal', { proposal_id: 'p1', option: 'again' }],
    ['Proposal', { proposal_id: 'p2', option: 'x', unknown: 1 }],
    ['Evaluation', { proposal_id: 'p9', recommendation: 'APPROVE' }],
    ['Evaluation', { proposal_id: 'p1', recommendation: 'approve' }],
    ['Evaluation', { proposal_id: 'p1', recommendation: 'APPROVE', confidence: 1.01 }],
    ['Evaluation', { proposal_id: 'p1', recommendation: 'APPROVE', confidence: Number.NaN }],
    ['Evaluation', { proposal_id: 'p1', recommendation: 'APPROVE', confidence: '0.5' }],
    ['Objection', { proposal_id: 'p9', severity: 'low' }],
    ['Objection', { proposal_id: 'p1', severity: 'CRITICAL' }],
    ['Vote', { proposal_id: 'p9', vote: 'APPROVE' }],
    ['Vote', { proposal_id: 'p1', vote: 'YES' }],
    ['Vote', { proposal_id: 'p1' }],
  ])('macp 3.2 %s with %j is INVALID_ENVELOPE', (type, payload) => {
    expect(proposed().say(type, 'a', payload).code).toBe('INVALID_ENVELOPE');
  });

  it.each(['Evaluation', 'Objection', 'Vote'])(
    'macp 3.2 %s before any proposal is INVALID_ENVELOPE',
    (type) => {
      const payload = { Evaluation: { recommendation: 'APPROVE' }, Objection: {}, Vote: { vote: 'APPROVE' } }[
        type
      ];
      expect(opened().say(type, 'a', { proposal_id: 'p1', ...payload }).code).toBe('INVALID_ENVELOPE');
    },
  );

  it('macp 3.3 the sender is judged before the payload', () => {
    expect(proposed().say('Vote', 'outsider', { nonsense: true }).code).toBe('FORBIDDEN');
  });

  it('macp 2.3 one ballot per proposal and sender: the first stands, another proposal is another ballot', () => {
    const script = proposed();
    script.propose('lead', 'p2');
    script.vote('a', 'APPROVE');
    expect(script.say('Vote', 'a', { proposal_id: 'p1', vote: 'REJECT' }, { message_id: 'again' }).code).toBe(
      'INVALID_ENVELOPE',
    );
    expect(script.vote('a', 'REJECT', 'p2').code).toBe('ok');
    expect(script.view()?.votes).toMatchObject({
      p1: { a: { vote: 'APPROVE' } },
      p2: { a: { vote: 'REJECT' } },
    });
  });

  it('macp 2.7 an empty severity is medium, and a sender may evaluate and object any number of times', () => {
    const script = proposed();
    for (const message_id of ['1', '2']) {
      script.say('Objection', 'a', { proposal_id: 'p1', severity: '' }, { message_id: `o${message_id}` });
      script.say(
        'Evaluation',
        'a',
        { proposal_id: 'p1', recommendation: 'REVIEW' },
        { message_id: `e${message_id}` },
      );
    }
    const view = script.view();
    expect(view?.objections).toMatchObject([{ severity: 'medium' }, { severity: 'medium' }]);
    expect(view?.evaluations).toHaveLength(2);
  });
});
