import type { DocumentRef, EscalationSession, Reason, RequestRef } from '@edict/contracts';
import type { PolicySet } from '../enforcement/compile-policy-set.ts';
import type { Approval } from '../enforcement/rules/rule.ts';
import { documentHash } from '../policies/document-hash.ts';

/** The sessions that have to approve a request, or why nobody can. */
export type EscalationPlan =
  | {
      readonly ok: true;
      readonly sessions: readonly EscalationSession[];
      readonly documents: readonly DocumentRef[];
    }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/**
 * One session per different combination of decision policy, approvers and time (architecture §6). The requester
 * never approves its own request. Approval that nobody can give is a denial.
 */
export const planEscalation = (
  set: PolicySet,
  approvals: readonly Approval[],
  { ws, ref, at }: { readonly ws: string; readonly ref: RequestRef; readonly at: number },
): EscalationPlan => {
  const sessions = new Map<string, EscalationSession>();
  const documents: DocumentRef[] = [];
  const reasons: Reason[] = [];
  for (const approval of approvals) {
    const approvers = rosterOf(approval, ref.subject.id);
    const found = votingPolicy(set, approval.decision_policy);
    if (approvers.length === 0 || found === undefined) {
      reasons.push(approvers.length === 0 ? noApprovers(approval) : policyMissing(approval));
      continue;
    }
    const key = approvalKey(approval.decision_policy, approvers, approval.within_ms);
    if (sessions.has(key)) continue;
    const deadline = at + approval.within_ms;
    documents.push(found);
    sessions.set(key, {
      session_id: sessionId(ws, ref, approval.decision_policy, approvers, deadline),
      decision_policy: approval.decision_policy,
      policy_revision: found.revision,
      approvers,
      within_ms: approval.within_ms,
      deadline,
    });
  }
  return reasons.length > 0
    ? { ok: false, reasons }
    : { ok: true, sessions: [...sessions.values()], documents };
};

/** Whether every approval that rules ask for now is one that the sessions have given: equal policy, approvers, time. */
export const approvalsGiven = (
  approvals: readonly Approval[],
  sessions: readonly EscalationSession[],
  requester: string,
): boolean => {
  const given = new Set(sessions.map((s) => approvalKey(s.decision_policy, s.approvers, s.within_ms)));
  return approvals.every((approval) =>
    given.has(approvalKey(approval.decision_policy, rosterOf(approval, requester), approval.within_ms)),
  );
};

const rosterOf = ({ approvers }: Approval, requester: string): string[] =>
  [...new Set(approvers)].filter((id) => id !== requester).sort();

const approvalKey = (policy: string, approvers: readonly string[], withinMs: number): string =>
  JSON.stringify([policy, approvers, withinMs]);

/** Known before anything is appended, and different for different approval rules. */
const sessionId = (
  ws: string,
  { subject, request_id }: RequestRef,
  policy: string,
  approvers: readonly string[],
  deadline: number,
): string => {
  const hash = documentHash([ws, subject.type, subject.id, request_id, policy, approvers, deadline]);
  return `esc-${hash.slice('sha256:'.length)}`;
};

/** A decision policy that is in force and counts votes; one without an algorithm would allow an empty tally. */
const votingPolicy = (set: PolicySet, id: string): DocumentRef | undefined => {
  const live = set.decisionPolicy(id);
  if (live === undefined || algorithmOf(live.document.rules) === 'none') return undefined;
  return { policy_id: live.policy_id, revision: live.revision, hash: live.hash };
};

const algorithmOf = (rules: unknown): unknown =>
  (rules as { voting?: { algorithm?: unknown } } | undefined)?.voting?.algorithm ?? 'none';

const noApprovers = ({ policy_id, revision, rule }: Approval): Reason => ({
  policy_id,
  revision,
  rule,
  code: 'APPROVAL_NO_APPROVERS',
  effect: 'deny',
  message: `The rule ${rule} needs an approval, and the requester is its only approver.`,
});

const policyMissing = ({ policy_id, revision, rule, decision_policy }: Approval): Reason => ({
  policy_id,
  revision,
  rule,
  code: 'APPROVAL_POLICY_MISSING',
  effect: 'deny',
  message: `The rule ${rule} needs an approval under ${decision_policy}, which is not in force or counts no votes.`,
});
