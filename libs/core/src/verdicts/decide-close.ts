import {
  type CloseCommand,
  type Effect,
  isoTime,
  type LimitEntry,
  type Reason,
  type RecordedReservation,
  type Verdict,
  type VerdictClosed,
  type VerdictEvent,
} from '@edict/contracts';
import type { Evaluation } from '../enforcement/evaluate-request.ts';
import { evaluateRequest } from '../enforcement/evaluate-request.ts';
import { applyLimits, type LimitOutcome, NO_LIMITS } from '../enforcement/limits/apply-limits.ts';
import { bindLimits } from '../enforcement/limits/bind-limits.ts';
import { type Charge, heldAmounts, heldByEntries, isSettleable } from '../enforcement/limits/charge.ts';
import type { LimitRule } from '../enforcement/limits/limit-rule.ts';
import { assembleVerdict } from './assemble-verdict.ts';
import { silentEvaluation, staleSet } from './decide-request.ts';
import { DENIALS } from './escalation-ends.ts';
import { approvalsGiven } from './escalation-sessions.ts';
import { requestFingerprint } from './fingerprint.ts';
import { withListed } from './listed-limits.ts';
import { refOf, requestKey } from './request-key.ts';
import { releaseEntries, statusesAfter, statusesNow } from './reservation-entries.ts';
import { recorded, refusedWith, type VerdictDecision, type VerdictInput } from './verdict-facts.ts';
import type { OpenEscalation, Reservation, VerdictState } from './verdict-state.ts';

/** Nothing to change: the verdict is closed already, or never waited for this session. The first close is final. */
const UNCHANGED: VerdictDecision = { ok: true, events: [], answer: { ok: true } };

/** Takes the end of one session: the last approval has the request judged again, anything else denies it. */
export const decideClose = (
  command: CloseCommand,
  input: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  const { ws, at } = input;
  const open = state.escalations.get(requestKey(ws, command));
  if (open?.state !== 'open') return UNCHANGED;
  if (!open.sessions.some(({ session_id }) => session_id === command.session_id)) return UNCHANGED;
  if (at >= open.due) return recorded(closeWithDenial(open, 'expired', [], input, state));
  if (command.outcome !== 'positive') {
    return recorded(closeWithDenial(open, command.outcome, command.reasons, input, state));
  }
  if (open.approved.includes(command.session_id)) return UNCHANGED;
  if (open.approved.length + 1 < open.sessions.length) {
    const data = { ...refOf(open), session_id: command.session_id };
    return recorded([{ type: 'escalation.approved', data }]);
  }
  const stale = staleSet(state, ws, input.facts.set.revision);
  return stale === undefined ? recorded(judgeAgain(open, input, state)) : refusedWith(stale);
};

/** Closes an open escalation with a denial, and gives back what it held. */
export const closeWithDenial = (
  open: OpenEscalation,
  outcome: keyof typeof DENIALS,
  why: readonly { readonly code: string; readonly message: string }[],
  input: VerdictInput,
  state: VerdictState,
): VerdictEvent[] => {
  const { at } = input;
  const reasons: Reason[] = [
    { ...DENIALS[outcome], effect: 'deny' },
    ...why.map(({ code, message }): Reason => ({ code, effect: 'deny', message })),
  ];
  const { policies, limits: listed } = open.verdict;
  const released = releaseAll(open, at, state);
  const verdict = assembleVerdict({
    requestId: open.request_id,
    effect: 'deny',
    evaluation: silentEvaluation('deny', policies.documents),
    limits: { ...NO_LIMITS, statuses: withListed(statusesAfter(released), listed, input, state) },
    setRevision: policies.revision,
    at,
    reservation: null,
    reasons,
  });
  return closingEvents(open, outcome, verdict, null, released);
};

/** Approved: the request is judged under the current policies, as if those approvals were not asked for. */
const judgeAgain = (open: OpenEscalation, input: VerdictInput, state: VerdictState): VerdictEvent[] => {
  const { ws, at } = input;
  const { set } = input.facts;
  const judged = { request: open.request, ws, at, claimsTrusted: open.claimsTrusted };
  const evaluation = evaluateRequest(set, judged);
  const ruled = ruledEffect(evaluation, open);
  const held = state.reservations.get(open.key);
  const bounds = bindLimits(set.limits.find(open.request), judged, state.ledger);
  const limits = newLimits(held, ruled, bounds, at);
  const effect = limits.reasons.length > 0 ? 'deny' : ruled;
  const released = effect === 'deny' ? releaseAll(open, at, state) : [];
  const before = effect === 'deny' ? statusesAfter(released) : statusesNow(held, at, state);
  const reservation = effect === 'allow' ? reservationFrom(held, limits, at) : null;
  const until = reservation?.expires_at ?? null;
  const verdict = assembleVerdict({
    requestId: open.request_id,
    effect,
    evaluation: { ...evaluation, effect },
    limits: {
      ...limits,
      statuses: withListed([...before, ...limits.statuses], open.verdict.limits, input, state),
    },
    setRevision: set.revision,
    at,
    reservation: until === null ? null : { id: open.request_id, expires_at: isoTime(until) },
    reasons: [closingReason(evaluation, ruled)],
  });
  const events = closingEvents(open, 'positive', verdict, reservation, released);
  return [...events, ...limitEvents(open, limits, until)];
};

const ruledEffect = (evaluation: Evaluation, open: OpenEscalation): Effect => {
  if (evaluation.effect !== 'escalate') return evaluation.effect;
  return approvalsGiven(evaluation.approvals, open.sessions, open.subject.id) ? 'allow' : 'deny';
};

const closingReason = (evaluation: Evaluation, ruled: Effect): Reason => {
  if (ruled === 'deny' && evaluation.effect === 'escalate') {
    const message = 'The policies ask for another approval by now than the one that was given.';
    return { code: 'APPROVAL_CHANGED', effect: 'deny', message };
  }
  return { code: 'ESCALATION_APPROVED', effect: 'allow', message: 'The approvers approved the request.' };
};

/** Limits are not taken twice: only those count that did not apply when the request was escalated. */
const newLimits = (
  held: Charge | undefined,
  ruled: Effect,
  bounds: ReturnType<typeof bindLimits>,
  at: number,
): LimitOutcome => {
  const fresh = bounds.filter(
    ({ rule, key }) =>
      rule.stage === 'admission' && rule.enforcement === 'enforce' && !isTaken(held, rule, key),
  );
  return applyLimits(fresh, ruled, at);
};

const isTaken = (held: Charge | undefined, { document, rule }: LimitRule, key: string): boolean => {
  for (let charge = held; charge !== undefined; charge = charge.next) {
    const { label } = charge;
    const { terms } = label;
    if (label.key === key && terms.rule === rule && terms.policy_id === document.policy_id) return true;
  }
  return false;
};

/** What is held once the verdict is closed. The time of a reservation starts then. */
const reservationFrom = (
  held: Reservation | undefined,
  limits: LimitOutcome,
  at: number,
): RecordedReservation | null => {
  let holds = limits.holds;
  for (let charge: Charge | undefined = held; charge !== undefined && !holds; charge = charge.next) {
    holds = isSettleable(charge);
  }
  if (!holds) return null;
  const expires_at = at + Math.max(held?.reserveForMs ?? 0, limits.reserveForMs);
  return { expires_at, held: [...heldAmounts(held), ...heldByEntries(limits.reserved)] };
};

const limitEvents = (open: OpenEscalation, limits: LimitOutcome, until: number | null): VerdictEvent[] => {
  if (limits.reserved.length === 0) return [];
  const data = {
    ...refOf(open),
    entries: limits.reserved,
    hold: until === null ? 'none' : 'work',
    reserve_for_ms: limits.reserveForMs,
    expires_at: until,
  } as const;
  return [{ type: 'limit.reserved', data }];
};

const closingEvents = (
  open: OpenEscalation,
  outcome: VerdictClosed['outcome'],
  verdict: Verdict,
  reservation: RecordedReservation | null,
  released: readonly LimitEntry[],
): VerdictEvent[] => {
  const data: VerdictClosed = {
    ...refOf(open),
    fingerprint: requestFingerprint(open.request),
    outcome,
    sessions: open.sessions.map(({ session_id }) => session_id),
    request: open.request,
    claims_trusted: open.claimsTrusted,
    verdict,
    reservation,
  };
  const closed: VerdictEvent = { type: 'verdict.closed', data };
  if (released.length === 0) return [closed];
  return [closed, { type: 'limit.released', data: { ...refOf(open), cause: 'denied', entries: released } }];
};

const releaseAll = (open: OpenEscalation, at: number, state: VerdictState): LimitEntry[] =>
  releaseEntries(state.reservations.get(open.key), at, state);
