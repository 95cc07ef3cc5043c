import { CommitmentPayload, excerpt, invalidEnvelope, type SignalEnvelope } from '@edict/contracts';
import { invalid, recorded, refusing, type SessionDecision, type SessionRejection } from '../commands.ts';
import { mayCommit } from '../policy/authority.ts';
import { evaluateCommitment } from '../policy/evaluate-commitment.ts';
import { evidenceOf, type Session } from '../state/session.ts';
import type { Place } from './place.ts';

/** Judges a commitment: who may, then its shape, then that something was proposed, then the policy (macp §2.8, §2.9). */
export const decideCommitment = (envelope: SignalEnvelope, { session }: Place): SessionDecision => {
  const { session_id, message_id, sender } = envelope;
  const stranger = authorityFlaw(session, sender);
  if (stranger !== undefined) return refusing(stranger);
  const payload = CommitmentPayload.safeParse(envelope.payload);
  if (!payload.success) return refusing(invalidEnvelope(payload.error, envelope.payload, '/payload'));
  const commitment = payload.data;
  const flaw = bindingFlaw(commitment, session) ?? directionFlaw(commitment) ?? nothingProposed(session);
  if (flaw !== undefined) return refusing(flaw);
  const { policy, participants } = session.start;
  const verdict = evaluateCommitment(policy, evidenceOf(session), participants, commitment.outcome_positive);
  const { reasons } = verdict;
  if (!verdict.allow) {
    const data = { session_id, message_id, sender, commitment, reasons };
    return recorded({ type: 'commitment.refused', data });
  }
  const data = { session_id, message_id, sender, resolution: commitment, reasons };
  return recorded({ type: 'session.resolved', data });
};

const authorityFlaw = ({ start, policy }: Session, sender: string): SessionRejection | undefined => {
  const path = '/sender';
  if (start.request !== undefined) {
    return { code: 'FORBIDDEN', path, message: 'the host commits for the session of an escalation' };
  }
  const rules = policy.ok ? policy.rules : { authority: 'initiator_only', designated: [] };
  if (mayCommit(rules, start, sender)) return undefined;
  const message = `${excerpt(sender)} may not commit: the policy's authority is ${excerpt(rules.authority)}`;
  return { code: 'FORBIDDEN', path, message };
};

const bindingFlaw = (commitment: CommitmentPayload, { start }: Session): SessionRejection | undefined => {
  const differs = (field: 'mode_version' | 'configuration_version' | 'policy_version', bound: string) =>
    invalid(
      `/payload/${field}`,
      `${field} is ${excerpt(commitment[field])}: the session's is ${excerpt(bound)}`,
    );
  if (commitment.mode_version !== start.mode_version) return differs('mode_version', start.mode_version);
  if (commitment.configuration_version !== start.configuration_version) {
    return differs('configuration_version', start.configuration_version);
  }
  const { policy_version: version } = commitment;
  return version === '' || version === start.policy_id
    ? undefined
    : differs('policy_version', start.policy_id);
};

const DECLINES = ['rejected', 'failed', 'declined'];
const APPROVES = ['selected', 'accepted', 'completed', 'approved'];

/** A plain test of the last letters, so that `deselected` demands a positive outcome too. */
const directionFlaw = ({ action, outcome_positive }: CommitmentPayload): SessionRejection | undefined => {
  const wanted = outcome_positive ? DECLINES : APPROVES;
  const suffix = wanted.find((word) => action.endsWith(word));
  if (suffix === undefined) return undefined;
  const message = `outcome_positive is ${outcome_positive}: an action that ends with ${suffix} needs ${!outcome_positive}`;
  return invalid('/payload/outcome_positive', message);
};

const nothingProposed = ({ proposals }: Session): SessionRejection | undefined =>
  proposals.size > 0
    ? undefined
    : invalid('/message_type', 'nothing has been proposed yet, so nothing can be decided');
