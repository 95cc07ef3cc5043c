import {
  BOUNDS,
  type DecideCommand,
  type Effect,
  type EscalationSession,
  isoTime,
  type Obligation,
  type Rejection,
  type Verdict,
  type VerdictEvent,
} from '@edict/contracts';
import { type Evaluation, evaluateRequest } from '../enforcement/evaluate-request.ts';
import { applyLimits, type LimitOutcome, NO_LIMITS } from '../enforcement/limits/apply-limits.ts';
import { bindLimits } from '../enforcement/limits/bind-limits.ts';
import type { EvaluationInput } from '../enforcement/request-view.ts';
import { assembleVerdict, type VerdictParts } from './assemble-verdict.ts';
import { type EscalationPlan, planEscalation } from './escalation-sessions.ts';
import { refOf, requestKey } from './request-key.ts';
import { recorded, refusedWith, type VerdictDecision, type VerdictInput } from './verdict-facts.ts';
import type { VerdictState } from './verdict-state.ts';

/** Decides a request: rules, approvals, limits, one verdict (architecture §4 to §6). */
export const decideRequest = (
  command: DecideCommand,
  { ws, at, facts: { set } }: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  const { request, claims_trusted: claimsTrusted } = command;
  const refusal = staleSet(state, ws, set.revision) ?? stillOpen(command, ws, state);
  if (refusal !== undefined) return refusedWith(refusal);
  const input: EvaluationInput = { request, ws, at, claimsTrusted };
  const evaluation = evaluateRequest(set, input);
  const parts: VerdictParts = {
    requestId: request.request_id,
    effect: evaluation.effect,
    evaluation,
    limits: NO_LIMITS,
    setRevision: set.revision,
    at,
    reservation: null,
  };
  const rules = set.limits.find(request);
  if (rules.length === 0 && evaluation.effect !== 'escalate') {
    return recorded([{ type: 'verdict.issued', data: assembleVerdict(parts) }]);
  }
  const plan =
    evaluation.effect === 'escalate'
      ? planEscalation(set, evaluation.approvals, { ws, ref: request, at })
      : NO_PLAN;
  const ruled = plan.ok ? evaluation.effect : 'deny';
  const limits = applyLimits(bindLimits(rules, input, state.ledger), ruled, at);
  return recorded(eventsOf(command, parts, plan, limits, ruled));
};

/** An owner that has not caught up with what its own journal cites must not go back (architecture §4). */
export const staleSet = (state: VerdictState, ws: string, revision: number): Rejection | undefined => {
  const cited = state.setRevisions.get(ws);
  if (cited === undefined || revision >= cited) return undefined;
  const message = `the policies at hand are of set revision ${revision}, and a verdict already cites ${cited}`;
  return { code: 'POLICY_STALE', message };
};

/** A request whose verdict is still held open keeps its id, however long ago it was asked. */
const stillOpen = ({ request }: DecideCommand, ws: string, state: VerdictState): Rejection | undefined => {
  if (state.reservations.size === 0 && state.escalations.size === 0) return undefined;
  const key = requestKey(ws, request);
  if (!state.reservations.has(key) && state.escalations.get(key)?.state !== 'open') return undefined;
  return {
    code: 'REQUEST_ID_REUSED',
    path: '/request_id',
    message: `request_id ${request.request_id} belongs to a request that is still open; use another one`,
  };
};

const NO_PLAN: EscalationPlan = { ok: true, sessions: [], documents: [] };

const eventsOf = (
  { request }: DecideCommand,
  parts: VerdictParts,
  plan: EscalationPlan,
  limits: LimitOutcome,
  ruled: Effect,
): VerdictEvent[] => {
  const effect = limits.reasons.length > 0 ? 'deny' : ruled;
  const escalates = effect === 'escalate' && plan.ok;
  const hold = holdOf(limits, effect);
  const expiresAt = hold === 'work' ? parts.at + limits.reserveForMs : null;
  const verdict = assembleVerdict({
    requestId: parts.requestId,
    effect,
    evaluation: parts.evaluation,
    limits,
    setRevision: parts.setRevision,
    at: parts.at,
    reservation: reservationOf(request.request_id, limits, expiresAt),
    reasons: plan.ok ? undefined : plan.reasons,
    obligations: escalates ? approvalsOf(plan.sessions) : undefined,
    documents: escalates ? plan.documents : undefined,
  });
  const events: VerdictEvent[] = [{ type: 'verdict.issued', data: verdict }];
  const { subject, request_id } = refOf(request);
  if (limits.charged.length > 0) {
    events.push({ type: 'limit.charged', data: { subject, request_id, entries: limits.charged } });
  }
  if (limits.reserved.length > 0) {
    const data = {
      subject,
      request_id,
      entries: limits.reserved,
      hold,
      reserve_for_ms: limits.reserveForMs,
      expires_at: expiresAt,
    };
    events.push({ type: 'limit.reserved', data });
  }
  if (escalates) {
    const closes_at = firstDeadline(plan.sessions) + BOUNDS.escalationGraceMs;
    events.push({
      type: 'escalation.opened',
      data: { subject, request_id, sessions: plan.sessions, closes_at },
    });
  }
  return events;
};

/** How long what was taken is held: for the approval, for the work, or not at all when nothing can be settled. */
const holdOf = ({ holds }: LimitOutcome, effect: Effect): 'approval' | 'work' | 'none' => {
  if (effect === 'escalate') return 'approval';
  return holds ? 'work' : 'none';
};

/** The reservation as a verdict shows it: while an approval is pending it has no end. */
const reservationOf = (
  requestId: string,
  { holds }: LimitOutcome,
  expiresAt: number | null,
): Verdict['reservation'] =>
  holds ? { id: requestId, expires_at: expiresAt === null ? null : isoTime(expiresAt) } : null;

const approvalsOf = (sessions: readonly EscalationSession[]): Obligation[] =>
  sessions.map(({ decision_policy, session_id, approvers, deadline }) => ({
    type: 'approval',
    decision_policy,
    session_id,
    approvers,
    deadline: isoTime(deadline),
  }));

const firstDeadline = (sessions: readonly EscalationSession[]): number =>
  sessions.reduce((first, { deadline }) => Math.min(first, deadline), Number.POSITIVE_INFINITY);

/** An evaluation that says nothing, for verdicts that no rule decides. */
export const silentEvaluation = (effect: Effect, documents: Evaluation['documents']): Evaluation => ({
  effect,
  governed: true,
  reasons: [],
  warnings: [],
  obligations: [],
  approvals: [],
  documents,
  omitted: undefined,
});
