import type { Recommendation, Severity, VoteValue } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import evaluationCases from '../cases/evaluation.json' with { type: 'json' };
import workedCases from '../cases/macp-2-11.json' with { type: 'json' };
import { evaluateCommitment } from './evaluate-commitment.ts';
import type { Ballot, Evidence } from './evidence.ts';

interface Case {
  readonly id: string;
  readonly why: string;
  readonly schema_version: number;
  readonly rules: object;
  /** `p1: f A, c R; p2: g N`; without a proposal it is p1. */
  readonly votes: string;
  readonly positive: boolean;
  readonly expect: 'allow' | readonly string[];
  readonly evaluations?: readonly string[];
  readonly objections?: readonly string[];
  readonly participants?: readonly string[];
}

const VOTE: Readonly<Record<string, VoteValue>> = { A: 'APPROVE', R: 'REJECT', N: 'ABSTAIN' };

const readBallots = (text: string): Ballot[] =>
  text === ''
    ? []
    : text.split('; ').flatMap((part) => {
        const [first = '', second] = part.split(': ');
        const proposal_id = second === undefined ? 'p1' : first;
        return (second ?? first).split(', ').map((cast) => {
          const [sender = '', letter = ''] = cast.split(' ');
          return { proposal_id, sender, vote: VOTE[letter] ?? 'ABSTAIN' };
        });
      });

const readEvidence = ({ votes, evaluations = [], objections = [] }: Case): Evidence => ({
  ballots: readBallots(votes),
  evaluations: evaluations.map((text) => {
    const [sender = '', recommendation, confidence] = text.split(' ');
    return { sender, recommendation: recommendation as Recommendation, confidence: Number(confidence) };
  }),
  objections: objections.map((text) => {
    const [severity, sender = ''] = text.split(' ');
    return { sender, severity: severity as Severity };
  }),
});

const judge = (one: Case): Case['expect'] => {
  const { schema_version, rules, participants = ['r', 'f', 'c', 'g'] } = one;
  const descriptor = { policy_id: 'policy.test.case', schema_version, rules };
  const verdict = evaluateCommitment(descriptor, readEvidence(one), participants, one.positive);
  return verdict.allow ? 'allow' : verdict.reasons.map(({ code }) => code);
};

describe('the worked cases', () => {
  it.each(workedCases as Case[])('macp 2.11 $id: $why', (one) => {
    expect(judge(one)).toEqual(one.expect);
  });
});

describe('the rules of evaluation', () => {
  it.each(evaluationCases as Case[])('macp $id', (one) => {
    expect(judge(one)).toEqual(one.expect);
  });

  it('macp 2.4.3 names the senders of a veto in order of acceptance, repeats kept', () => {
    const rules = { objection_handling: { critical_severity_vetoes: true } };
    const objections = ['g', 'f', 'g'].map((sender) => ({ sender, severity: 'critical' as const }));
    const evidence: Evidence = { ballots: [], evaluations: [], objections };
    const verdict = evaluateCommitment({ schema_version: 3, rules }, evidence, [], true);
    expect(verdict.reasons[0]?.detail).toMatchObject({ senders: ['g', 'f', 'g'], count: 3, threshold: 1 });
  });

  it('macp 2.2 adds weights by proposal and sender in byte order, not in the order of arrival', () => {
    const weights = { a: 0.1, b: 0.2, c: 0.3 };
    const share = (0.1 + 0.2 + 0.3) / (0.1 + 0.2 + 0.3 + 0.4);
    const rules = { voting: { algorithm: 'weighted', weights: { ...weights, z: 0.4 }, threshold: share } };
    const verdicts = [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ].map((order) => {
      const ballots = [
        ...order.map((sender) => ({ sender, vote: 'APPROVE' as const })),
        { sender: 'z', vote: 'REJECT' as const },
      ];
      const evidence = {
        ballots: ballots.map((b) => ({ ...b, proposal_id: 'p1' })),
        evaluations: [],
        objections: [],
      };
      return evaluateCommitment({ schema_version: 3, rules }, evidence, [], true).allow;
    });
    expect(verdicts).toEqual([true, true]);
  });
});

const names = ['r', 'f', 'c', 'g'];
const sender = fc.constantFrom(...names);
const evidence = fc.record({
  ballots: fc.uniqueArray(
    fc.record({
      proposal_id: fc.constantFrom('p1', 'p2'),
      sender,
      vote: fc.constantFrom<VoteValue>('APPROVE', 'REJECT', 'ABSTAIN'),
    }),
    { selector: ({ proposal_id, sender: name }) => `${proposal_id}/${name}` },
  ),
  evaluations: fc.array(
    fc.record({
      sender,
      recommendation: fc.constantFrom<Recommendation>('APPROVE', 'REVIEW', 'BLOCK', 'REJECT'),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
  objections: fc.array(
    fc.record({ sender, severity: fc.constantFrom<Severity>('low', 'medium', 'high', 'critical') }),
    { maxLength: 3 },
  ),
});
const descriptor = fc.record({
  schema_version: fc.constantFrom(1, 2, 3),
  rules: fc.record({
    voting: fc.record({
      algorithm: fc.constantFrom('none', 'majority', 'supermajority', 'unanimous', 'weighted', 'plurality'),
      threshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
      quorum: fc.record({ type: fc.constantFrom('count', 'percentage'), value: fc.nat(100) }),
      weights: fc.dictionary(sender, fc.double({ min: 0.1, max: 10, noNaN: true })),
    }),
    objection_handling: fc.record({
      critical_severity_vetoes: fc.constant(true),
      veto_threshold: fc.integer({ min: 1, max: 3 }),
      critical_objection_action: fc.constantFrom('deny', 'hold', 'finalize_decline'),
    }),
    evaluation: fc.record({
      minimum_confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      required_before_voting: fc.boolean(),
    }),
    commitment: fc.record({
      require_vote_quorum: fc.boolean(),
      allow_decline_over_approval: fc.boolean(),
    }),
  }),
});

describe('laws', () => {
  it('another critical objection never turns a refused positive commitment into an allowed one', () => {
    fc.assert(
      fc.property(descriptor, evidence, sender, (policy, given, by) => {
        const before = evaluateCommitment(policy, given, names, true);
        const objections = [...given.objections, { sender: by, severity: 'critical' as const }];
        const after = evaluateCommitment(policy, { ...given, objections }, names, true);
        expect(after.allow && !before.allow).toBe(false);
      }),
    );
  });

  it('the order in which ballots came in changes neither the verdict nor its reasons', () => {
    fc.assert(
      fc.property(
        descriptor,
        evidence,
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (policy, given, positive, keys) => {
          const shuffled = given.ballots
            .map((ballot) => ({ ballot, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ ballot }) => ballot);
          const verdict = evaluateCommitment(policy, given, names, positive);
          expect(evaluateCommitment(policy, { ...given, ballots: shuffled }, names, positive)).toEqual(
            verdict,
          );
        },
      ),
    );
  });

  it('from schema_version 3 on, nothing but none is allowed in both directions without a finalising veto', () => {
    fc.assert(
      fc.property(descriptor, evidence, ({ rules }, given) => {
        fc.pre(rules.voting.algorithm !== 'none' && given.objections.length === 0);
        fc.pre(!rules.commitment.allow_decline_over_approval);
        const policy = { schema_version: 3, rules };
        const both = [true, false].every(
          (positive) => evaluateCommitment(policy, given, names, positive).allow,
        );
        expect(both).toBe(false);
      }),
    );
  });
});
