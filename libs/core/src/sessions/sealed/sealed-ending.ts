import {
  type CommitmentPayload,
  type DecisionReason,
  HOST_SENDER,
  type SessionEvent,
} from '@edict/contracts';
import { evaluateCommitment, type PolicyVerdict } from '../policy/evaluate-commitment.ts';
import type { Evidence } from '../policy/evidence.ts';
import { tallyBallots } from '../policy/tally.ts';
import type { Session } from '../state/session.ts';
import { bestCase, worstCase } from './what-if.ts';

/**
 * The end of a sealed session, as soon as no missing message can change it (architecture §6): the host's own
 * commitment, or a cancellation where the policy lets neither outcome be committed. Else `undefined`.
 */
export const sealedEnding = (session: Session, evidence: Evidence): SessionEvent | undefined => {
  const now = approval(session, evidence);
  if (now.allow && approval(session, worstCase(session, evidence)).allow) {
    return resolved(session, true, now.reasons);
  }
  const best = approval(session, bestCase(session, evidence));
  if (best.allow) return undefined;
  const { policy, participants } = session.start;
  const refusals = lasting(now, best);
  const decline = evaluateCommitment(policy, evidence, participants, false);
  if (decline.allow) return resolved(session, false, refusals);
  return impossible(session, withoutRepeats([...refusals, ...decline.reasons]));
};

/**
 * Whether the request would be approved. Silence never approves it, whatever the policy's schema version says:
 * somebody on the roster has to, with a ballot that counts.
 */
const approval = (session: Session, evidence: Evidence): PolicyVerdict => {
  const { policy, participants } = session.start;
  const verdict = evaluateCommitment(policy, evidence, participants, true);
  if (!verdict.allow || !session.policy.ok) return verdict;
  if (tallyBallots(session.policy.rules, evidence.ballots).approvals > 0) return verdict;
  return { allow: false, reasons: [NO_APPROVAL] };
};

const NO_APPROVAL: DecisionReason = {
  code: 'NO_APPROVAL',
  message: 'no approver has cast a decisive APPROVE',
  detail: {},
};

/** Why the request is refused now, as far as it stays so; a reason that more votes would lift explains nothing. */
const lasting = (now: PolicyVerdict, best: PolicyVerdict): readonly DecisionReason[] => {
  const codes = new Set(best.reasons.map(({ code }) => code));
  const reasons = now.allow ? [] : now.reasons.filter(({ code }) => codes.has(code));
  return reasons.length > 0 ? reasons : best.reasons;
};

const withoutRepeats = (reasons: readonly DecisionReason[]): readonly DecisionReason[] =>
  reasons.filter(
    ({ code, message }, i) =>
      reasons.findIndex((other) => other.code === code && other.message === message) === i,
  );

const common = ({ start }: Session) => ({
  session_id: start.session_id,
  message_id: null,
  sender: HOST_SENDER,
  ...(start.request === undefined ? {} : { request: start.request }),
});

const resolved = (session: Session, positive: boolean, reasons: readonly DecisionReason[]): SessionEvent => {
  const { mode_version, configuration_version, policy_id } = session.start;
  const resolution: CommitmentPayload = {
    commitment_id: 'outcome',
    action: positive ? 'request.approved' : 'request.rejected',
    authority_scope: 'escalation',
    reason: positive ? 'the approvers allow the request' : 'the approvers refuse the request',
    mode_version,
    policy_version: policy_id,
    configuration_version,
    outcome_positive: positive,
  };
  return { type: 'session.resolved', data: { ...common(session), resolution, reasons } };
};

const impossible = (session: Session, reasons: readonly DecisionReason[]): SessionEvent => ({
  type: 'session.cancelled',
  data: {
    ...common(session),
    code: 'OUTCOME_IMPOSSIBLE',
    reason: 'the policy lets neither outcome be committed any more',
    reasons,
  },
});
