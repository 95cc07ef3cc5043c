import {
  type AfterJudgement,
  type Effect,
  isoTime,
  type LimitEntry,
  type OutcomeCommand,
  type OutcomeRecorded,
  type Rejection,
  type VerdictEvent,
} from '@edict/contracts';
import { toMicro } from '../enforcement/limits/amounts.ts';
import { closeWithDenial } from './decide-close.ts';
import { judgeValue } from './judge-value.ts';
import { refOf, requestKey } from './request-key.ts';
import {
  lowerEntries,
  releaseEntries,
  settleEntries,
  statusesAfter,
  statusesNow,
  type Used,
} from './reservation-entries.ts';
import { recorded, refusedWith, type VerdictDecision, type VerdictInput } from './verdict-facts.ts';
import type { OpenEscalation, Reservation, VerdictState } from './verdict-state.ts';

/** Takes how allowed work ended: settles or releases what was held for it, and judges the value that it brought. */
export const decideOutcome = (
  command: OutcomeCommand,
  input: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  const key = requestKey(input.ws, command.report);
  const escalation = state.escalations.get(key);
  if (escalation?.state === 'open') return outcomeOfOpen(command, escalation, input, state);
  const held = state.reservations.get(key);
  const effect = heldEffect(held) ?? escalation?.effect ?? command.recorded?.effect;
  if (effect === undefined || effect === 'escalate') return refusedWith(notFound(command));
  if (effect === 'deny') return refusedWith(notAllowed(command, 'was denied'));
  const judged = judgementOf(command, input, escalation?.setRevision);
  if (!judged.ok) return refusedWith(judged.rejection);
  return settleOutcome(command, held, judged.after, input, state);
};

/** What is held was allowed, else it would have been released. */
const heldEffect = (held: Reservation | undefined): Effect | undefined =>
  held === undefined ? undefined : 'allow';

const outcomeOfOpen = (
  command: OutcomeCommand,
  open: OpenEscalation,
  { at }: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  if (command.report.outcome !== 'cancelled') {
    return refusedWith(notAllowed(command, 'waits for approval and was not allowed yet'));
  }
  const closing = closeWithDenial(open, 'withdrawn', [], at, state);
  const [closed] = closing;
  const limits = closed?.type === 'verdict.closed' ? closed.data.verdict.limits : [];
  const outcome = outcomeEvent(command, undefined, { settled: false, effect: 'deny', limits });
  return recorded([outcome, ...closing]);
};

const settleOutcome = (
  command: OutcomeCommand,
  held: Reservation | undefined,
  after: AfterJudgement | undefined,
  { at }: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  const effect = after?.effect ?? 'allow';
  if (held === undefined) {
    return recorded([outcomeEvent(command, after, { settled: false, effect, limits: [] })]);
  }
  const late = held.hold === 'settled' || (held.expiresAt !== null && at >= held.expiresAt);
  const cancelled = command.report.outcome === 'cancelled';
  if (late && cancelled) return refusedWith(expired(command, held));
  const { cause, entries } = cancelled
    ? ({ cause: 'cancelled', entries: releaseEntries(held, state) } as const)
    : settlement(command, held, late, at, state);
  const limits = statuses(held, entries, state);
  const outcome = outcomeEvent(command, after, { settled: !cancelled, effect, limits });
  const ref = refOf(held);
  const ended: VerdictEvent =
    cause === 'cancelled'
      ? { type: 'limit.released', data: { ...ref, cause, entries } }
      : { type: 'limit.settled', data: { ...ref, cause, entries } };
  return recorded([outcome, ended]);
};

const settlement = (
  { report }: OutcomeCommand,
  held: Reservation,
  late: boolean,
  at: number,
  state: VerdictState,
) => {
  const used: Used = {
    cost: report.cost === undefined ? undefined : toMicro(report.cost),
    tokens: report.tokens === undefined ? undefined : toMicro(report.tokens),
  };
  if (!late) return { cause: 'outcome', entries: settleEntries(held, used, at, state) } as const;
  // When the timer has not come yet, the reservation is still held: it is settled now, at no more than it was.
  const entries =
    held.hold === 'settled'
      ? lowerEntries(held, used, state)
      : settleEntries(held, capped(held, used), at, state);
  return { cause: 'late', entries } as const;
};

const capped = ({ entries }: Reservation, used: Used): Used => ({
  cost: atMost(used.cost, entries, 'cost'),
  tokens: atMost(used.tokens, entries, 'tokens'),
});

const atMost = (
  used: number | undefined,
  entries: readonly LimitEntry[],
  measure: 'cost' | 'tokens',
): number | undefined => {
  const reserved = entries.find((entry) => entry.measure === measure)?.amount;
  return used === undefined || reserved === undefined ? used : Math.min(used, reserved);
};

/** Every limit that the work was held under: as this outcome leaves it, or as it stands. */
const statuses = (held: Reservation, entries: readonly LimitEntry[], state: VerdictState) => {
  const changed = statusesAfter(entries);
  const untouched = statusesNow(held, state).filter(
    (now) =>
      !changed.some((c) => c.policy_id === now.policy_id && c.limit === now.limit && c.key === now.key),
  );
  return [...changed, ...untouched];
};

type Judged =
  | { readonly ok: true; readonly after: AfterJudgement | undefined }
  | { readonly ok: false; readonly rejection: Rejection };

const judgementOf = (
  command: OutcomeCommand,
  { ws, at, facts }: VerdictInput,
  closedUnder: number | undefined,
): Judged => {
  const { judged, value, recorded: known } = command;
  if (judged !== undefined || value === undefined) return { ok: true, after: judged };
  const revision = closedUnder ?? known?.set_revision;
  const verdictSet =
    revision === undefined || revision === facts.set.revision ? facts.set : facts.setAt?.(revision);
  if (known?.request === undefined || revision === undefined) {
    return { ok: false, rejection: notFound(command) };
  }
  if (verdictSet === undefined) {
    const message = `the policies of set revision ${revision}, which the verdict was made under, are not at hand`;
    return { ok: false, rejection: { code: 'POLICY_STALE', message } };
  }
  const claimsTrusted = known.claims_trusted ?? false;
  const input = { request: known.request, ws, at, claimsTrusted, value, verdictSet, set: facts.set };
  return { ok: true, after: judgeValue(input).judgement };
};

const outcomeEvent = (
  { report, value_sha256 }: OutcomeCommand,
  after: AfterJudgement | undefined,
  result: Pick<OutcomeRecorded, 'settled' | 'effect' | 'limits'>,
): VerdictEvent => ({
  type: 'outcome.recorded',
  data: {
    ...refOf(report),
    outcome: report.outcome,
    ...(report.cost === undefined ? {} : { cost: report.cost }),
    ...(report.tokens === undefined ? {} : { tokens: report.tokens }),
    ...(value_sha256 === undefined ? {} : { value_sha256 }),
    ...(after === undefined ? {} : { after }),
    ...result,
  },
});

const notFound = ({ report }: OutcomeCommand): Rejection => ({
  code: 'REQUEST_NOT_FOUND',
  path: '/request_id',
  message: `no request ${report.request_id} of ${report.subject.type} ${report.subject.id} is known; a verdict can be settled until two minutes after its last event`,
});

const notAllowed = ({ report }: OutcomeCommand, why: string): Rejection => ({
  code: 'OUTCOME_NOT_ALLOWED',
  path: '/request_id',
  message: `request ${report.request_id} ${why}, so no work can have an outcome`,
});

const expired = ({ report }: OutcomeCommand, { expiresAt }: Reservation): Rejection => ({
  code: 'OUTCOME_NOT_ALLOWED',
  path: '/outcome',
  message: `the reservation of request ${report.request_id} expired${
    expiresAt === null ? '' : ` at ${isoTime(expiresAt)}`
  } and was settled in full; report success or error with the real cost to lower the charge`,
});
