import type { VoteValue } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCommitment } from '../policy/evaluate-commitment.ts';
import { evidenceOf } from '../state/session.ts';
import { findSession } from '../state/sessions-state.ts';
import { end, sealed, vote } from '../testing/sealed-script.ts';
import { SESSION, WORKSPACE } from '../testing/session-script.ts';

describe('an early end', () => {
  const rules = fc.record({
    voting: fc.record({
      algorithm: fc.constantFrom('majority', 'supermajority', 'unanimous', 'weighted', 'plurality'),
      threshold: fc.constantFrom(0.4, 0.5, 0.6, 2 / 3, 1),
      weights: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 5 })),
      quorum: fc.record({
        type: fc.constantFrom('count', 'percentage'),
        value: fc.integer({ min: 0, max: 4 }),
      }),
    }),
    commitment: fc.record({ require_vote_quorum: fc.boolean() }),
  });
  const ballot = fc.constantFrom<VoteValue>('APPROVE', 'REJECT', 'ABSTAIN');

  it('is the end that any ballots still missing would have led to', () => {
    fc.assert(
      fc.property(
        rules,
        fc.constantFrom(1, 2, 3),
        fc.tuple(ballot, ballot, ballot),
        (given, version, ballots) => {
          const script = sealed(given, ['a', 'b', 'c'], version);
          const senders = ['a', 'b', 'c'];
          for (const [i, sender] of senders.entries()) vote(script, sender, ballots[i] ?? '');
          const found = findSession(script.state, WORKSPACE, SESSION);
          if (found === undefined) throw new Error('the session is gone');
          const cast = evidenceOf(found.session).ballots.map(({ sender }) => sender);
          const all = senders.map((sender, i) => ({
            proposal_id: 'request',
            sender,
            vote: ballots[i] ?? 'ABSTAIN',
          }));
          expect(cast).toEqual(senders.slice(0, cast.length));
          const evidence = { ballots: all, evaluations: [], objections: [] };
          const approved =
            evaluateCommitment(found.session.start.policy, evidence, senders, true).allow &&
            ballots.some(
              (one, i) =>
                one === 'APPROVE' &&
                (given.voting.algorithm !== 'weighted' || (given.voting.weights[senders[i] ?? ''] ?? 0) > 0),
            );
          expect(found.progress.ending).toBeDefined();
          expect(end(script)[1] === true).toBe(approved);
        },
      ),
    );
  });
});
