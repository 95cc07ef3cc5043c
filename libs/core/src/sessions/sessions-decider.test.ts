import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionsSnapshot } from './session-view.ts';
import {
  commitment,
  createSessionScript,
  envelopeOf,
  policyWith,
  SESSION,
  startPayload,
} from './testing/session-script.ts';

const people = ['lead', 'a', 'b', 'outsider'];
const rules = fc.constantFrom(
  {},
  { voting: { algorithm: 'majority' } },
  { voting: { algorithm: 'unanimous' }, objection_handling: { critical_severity_vetoes: true } },
  { evaluation: { required_before_voting: true }, commitment: { authority: 'any_participant' } },
);
const payloads: Readonly<Record<string, (value: number) => object>> = {
  Proposal: (n) => ({ proposal_id: `p${n % 2}`, option: 'x' }),
  Evaluation: (n) => ({ proposal_id: `p${n % 2}`, recommendation: 'APPROVE', confidence: 0.5 }),
  Objection: (n) => ({ proposal_id: `p${n % 2}`, severity: n % 3 === 0 ? 'critical' : 'low' }),
  Vote: (n) => ({ proposal_id: `p${n % 2}`, vote: ['APPROVE', 'REJECT', 'ABSTAIN'][n % 3] }),
  Commitment: (n) => commitment(n % 2 === 0),
  SessionSuspend: () => ({}),
  SessionResume: () => ({}),
  SessionCancel: () => ({}),
};
const step = fc.record({
  type: fc.constantFrom(
    ...Object.keys(payloads).flatMap((type) => (type.startsWith('Session') ? [type] : [type, type, type])),
  ),
  sender: fc.constantFrom(...people),
  value: fc.nat(5),
  wait: fc.constantFrom(0, 0, 0, 1_000, 40_000, 200_000),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const run = (script: ReturnType<typeof createSessionScript>, steps: readonly Step[]) => {
  for (const [i, { type, sender, value, wait }] of steps.entries()) {
    script.wait(wait);
    script.say(type, sender, payloads[type]?.(value), { message_id: `m${i}` });
  }
};

describe('laws', () => {
  it('macp 3.6 the state that the stored events give is the state that was reached live', () => {
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 25 }), (given, steps) => {
        const script = createSessionScript();
        script.start(given, { participants: ['lead', 'a', 'b'] });
        run(script, steps);
        expect(JSON.parse(JSON.stringify(sessionsSnapshot(script.replayed())))).toEqual(script.snapshot());
      }),
    );
  });

  it('a rollback restores an equal state, its deadlines included', () => {
    fc.assert(
      fc.property(
        rules,
        fc.array(step, { maxLength: 12 }),
        fc.array(step, { maxLength: 12 }),
        (given, first, then) => {
          const script = createSessionScript();
          script.start(given, { participants: ['lead', 'a', 'b'] });
          run(script, first);
          const { decider, state } = script;
          const before = [script.snapshot(), decider.nextDeadline(state)];
          state.mark();
          run(script, then);
          script.wait(100_000);
          script.send(envelopeOf('SessionStart', 'lead', {}, { session_id: 'abcdefghijklmnopqrstuvwx' }));
          decider.nextDeadline(state);
          state.rollback();
          expect([script.snapshot(), decider.nextDeadline(state)]).toEqual(before);
        },
      ),
    );
  });

  it('a state restored from its snapshot behaves like the one that was captured', () => {
    const some = fc.array(step, { maxLength: 15 });
    fc.assert(
      fc.property(rules, some, some, (given, before, after) => {
        const [kept, restarted] = [createSessionScript(), createSessionScript()];
        for (const script of [kept, restarted]) {
          script.start(given, { participants: ['lead', 'a', 'b'] });
          run(script, before);
        }
        restarted.restart();
        const deadline = ({ decider, state }: typeof kept) => decider.nextDeadline(state);
        expect([restarted.snapshot(), deadline(restarted)]).toEqual([kept.snapshot(), deadline(kept)]);
        for (const script of [kept, restarted]) run(script, after);
        for (const script of [kept, restarted]) script.wait(400_000);
        for (const script of [kept, restarted]) script.say('Vote', 'a', {}, { message_id: 'late' });
        expect([restarted.snapshot(), deadline(restarted)]).toEqual([kept.snapshot(), deadline(kept)]);
        const told = ({ decider, state }: typeof kept): string => JSON.stringify([...decider.capture(state)]);
        expect(told(restarted)).toBe(told(kept));
      }),
    );
  });

  it('a refusal leaves the state as it was', () => {
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 15 }), step, (given, steps, last) => {
        const script = createSessionScript();
        script.start(given, { participants: ['lead', 'a', 'b'] });
        run(script, steps);
        const before = script.snapshot();
        const { code, events } = script.say(last.type, last.sender, payloads[last.type]?.(last.value), {
          message_id: 'last',
        });
        fc.pre(code !== 'ok' && events[0]?.type !== 'session.expired');
        expect(script.snapshot()).toEqual(before);
      }),
    );
  });
});

describe('the decider', () => {
  it('stores the descriptor with a start, and nothing as the facts of any other command', () => {
    const { decider } = createSessionScript();
    const descriptor = policyWith({});
    expect(decider.encodeFacts({ descriptor })).toEqual({ descriptor });
    expect([decider.encodeFacts({}), decider.encodeFacts(undefined)]).toEqual([undefined, undefined]);
  });

  it('keeps sessions of different workspaces apart, though their ids are equal', () => {
    const script = createSessionScript();
    script.start();
    const vote = envelopeOf('Vote', 'a', { proposal_id: 'p1', vote: 'APPROVE' });
    expect(script.submit({ kind: 'signal', envelope: vote }, undefined, 'other').code).toBe(
      'SESSION_NOT_FOUND',
    );
    const start = envelopeOf('SessionStart', 'lead', {
      participants: [],
      mode_version: '1.0.0',
      configuration_version: 'x',
      ttl_ms: 1,
    });
    expect(script.submit({ kind: 'signal', envelope: start }, undefined, 'other').code).toBe('ok');
  });

  it('a restored state is not asked for the deadline of a session that the rollback took away', () => {
    const script = createSessionScript();
    const { decider, state } = script;
    state.mark();
    script.start();
    expect(decider.nextDeadline(state)).toBeDefined();
    state.rollback();
    expect(decider.nextDeadline(state)).toBeUndefined();
    expect(decider.due(state, Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('a session whose dropping was rolled back is dropped again when the time comes again', () => {
    const script = createSessionScript();
    const later = envelopeOf('SessionStart', 'lead', startPayload(), {
      session_id: 'abcdefghijklmnopqrstuvwx',
    });
    script.start();
    script.propose();
    script.commit(true);
    script.wait(1_000_000);
    script.state.mark();
    script.send(later);
    expect(script.view()).toBeUndefined();
    script.state.rollback();
    expect(script.view()?.state).toBe('Resolved');
    script.send(later);
    expect(script.view()).toBeUndefined();
  });
});

describe('the view', () => {
  it('says what is missing, in both directions', () => {
    const script = createSessionScript();
    script.start({
      voting: { algorithm: 'majority', quorum: { value: 2 } },
      commitment: { require_vote_quorum: true },
    });
    script.propose();
    script.vote('a', 'APPROVE');
    expect(script.view()?.outlook).toMatchObject({
      not_voted: ['lead', 'b', 'c'],
      against_approval: [{ code: 'QUORUM' }],
      against_decline: [{ code: 'QUORUM' }, { code: 'DECLINE_OVER_PASS' }],
      deadlocked: false,
    });
  });

  it.each([
    [
      'a: a vote before any evaluation',
      { evaluation: { required_before_voting: true } },
      (s: Script) => s.vote('a', 'APPROVE'),
    ],
    [
      'b: an abstention under unanimity once nobody can reject',
      { voting: { algorithm: 'unanimous' } },
      abstain,
    ],
    ['c: a veto that denies', { objection_handling: { critical_severity_vetoes: true } }, objectTo],
    [
      'd: a quorum above the roster',
      { voting: { quorum: { value: 9 } }, commitment: { require_vote_quorum: true } },
      () => {},
    ],
    ['e: electors who take no part', { voting: { algorithm: 'weighted', weights: { z: 1 } } }, () => {}],
  ])('macp 2.11 shows deadlock %s', (_title, given, act) => {
    const script = createSessionScript();
    script.start(given);
    script.propose();
    act(script);
    expect(script.view(SESSION)?.outlook?.deadlocked).toBe(true);
  });

  it('is no deadlock while one of the outcomes can still be committed', () => {
    const script = createSessionScript();
    const objection_handling = {
      critical_severity_vetoes: true,
      critical_objection_action: 'finalize_decline',
    };
    script.start({ objection_handling, voting: { algorithm: 'majority' } });
    script.propose();
    objectTo(script);
    expect(script.view()?.outlook).toMatchObject({ against_decline: [], deadlocked: false });
  });

  it('holds ids that name a prototype as what they are', () => {
    const script = createSessionScript();
    script.start();
    script.propose('lead', '__proto__');
    script.vote('a', 'APPROVE', '__proto__');
    expect(Object.keys(script.view()?.votes ?? {})).toEqual(['__proto__']);
  });
});

type Script = ReturnType<typeof createSessionScript>;

function abstain(script: Script): void {
  for (const name of ['lead', 'a', 'b']) script.vote(name, 'APPROVE');
  script.vote('c', 'ABSTAIN');
}

function objectTo(script: Script): void {
  script.say('Objection', 'a', { proposal_id: 'p1', severity: 'critical' });
}
