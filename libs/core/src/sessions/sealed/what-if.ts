import type { VoteValue } from '@edict/contracts';
import type { Assessment, Ballot, Evidence } from '../policy/evidence.ts';
import { ballotKey, type Session } from '../state/session.ts';

/** The evidence if every ballot that is missing were a REJECT. */
export const worstCase = (session: Session, evidence: Evidence): Evidence => ({
  ...evidence,
  ballots: [...evidence.ballots, ...missingBallots(session, evidence, 'REJECT')],
});

/** The evidence if every ballot that is missing were an APPROVE, and every evaluation that may still come did. */
export const bestCase = (session: Session, evidence: Evidence): Evidence => ({
  ...evidence,
  ballots: [...evidence.ballots, ...missingBallots(session, evidence, 'APPROVE')],
  evaluations: [...evidence.evaluations, ...possibleEvaluations(session, evidence)],
});

/** The evidence if everybody whose ballot is missing declined, after every evaluation that may still come. */
export const declinedCase = (session: Session, evidence: Evidence): Evidence => ({
  ...worstCase(session, evidence),
  evaluations: [...evidence.evaluations, ...possibleEvaluations(session, evidence)],
});

const missingBallots = (session: Session, { ballots }: Evidence, vote: VoteValue): Ballot[] => {
  const cast = new Set(ballots.map(({ proposal_id, sender }) => ballotKey(proposal_id, sender)));
  const missing: Ballot[] = [];
  for (const { proposal_id } of session.proposals.values()) {
    for (const sender of session.roster) {
      if (!cast.has(ballotKey(proposal_id, sender))) missing.push({ proposal_id, sender, vote });
    }
  }
  return missing;
};

/** The first vote closes deliberation; after it no evaluation can come. */
const possibleEvaluations = (session: Session, { ballots }: Evidence): Assessment[] =>
  ballots.length > 0
    ? []
    : [...session.roster].map((sender) => ({ sender, recommendation: 'APPROVE', confidence: 1 }));
