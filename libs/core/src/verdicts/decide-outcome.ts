import {
  type AfterJudgement,
  BOUNDS,
  type Effect,
  isoTime,
  type OutcomeCommand,
  type OutcomeRecorded,
  type Rejection,
  type VerdictEvent,
} from '@edict/contracts';
import { closeWithDenial } from './decide-close.ts';
import { type End, endHeld, lowerEnded } from './end-reservation.ts';
import { judgeValue } from './judge-value.ts';
import { withListed } from './listed-limits.ts';
import { refOf, requestKey } from './request-key.ts';
import { recorded, refusedWith, type VerdictDecision, type VerdictInput } from './verdict-facts.ts';
import { escalationAt, type OpenEscalation, type Reservation, type VerdictState } from './verdict-state.ts';

/** Takes how allowed work ended: settles or releases what was held for it, and judges the value that it brought. */
export const decideOutcome = (
  command: OutcomeCommand,
  input: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  const { ws, at } = input;
  const key = requestKey(ws, command.report);
  const escalation = escalationAt(state, key, at);
  if (escalation?.state === 'open') return outcomeOfOpen(command, escalation, input, state);
  const held = state.reservations.get(key);
  const effect = heldEffect(held) ?? escalation?.effect ?? command.recorded?.effect;
  if (effect === undefined || effect === 'escalate') return refusedWith(notFound(command));
  if (effect === 'deny') return refusedWith(notAllowed(command, 'was denied'));
  const ended = held === undefined ? command.recorded?.reservation : undefined;
  if (held === undefined && escalation === undefined && isForgotten(command.recorded, at)) {
    return refusedWith(notFound(command));
  }
  const refusal = refusalOf(command, held?.due ?? ended?.expires_at, held !== undefined, at);
  if (refusal !== undefined) return refusedWith(refusal);
  const judged = judgementOf(command, input, escalation?.setRevision);
  if (!judged.ok) return refusedWith(judged.rejection);
  const end =
    held === undefined ? lowerEnded(command, ended, input, state) : endHeld(command, held, at, state);
  const limits = withListed(end.limits, command.recorded?.limits ?? [], input, state);
  return recorded(eventsOf(command, judged.after, { ...end, limits }));
};

/**
 * Whether the retry window has passed since the verdict, and since what it held expired. The id memory may hold an id
 * for longer; an outcome would then bring back what may have been purged meanwhile.
 */
const isForgotten = (recorded: OutcomeCommand['recorded'], at: number): boolean => {
  if (recorded?.at === undefined) return false;
  const last = Math.max(recorded.at, recorded.reservation?.expires_at ?? 0);
  return at >= last + BOUNDS.retryWindowMs;
};

/** What is held was allowed, else it would have been released. */
const heldEffect = (held: Reservation | undefined): Effect | undefined =>
  held === undefined ? undefined : 'allow';

/** Whether there is anything that an outcome can still end, given when the reservation for the work expires. */
const refusalOf = (
  command: OutcomeCommand,
  expiresAt: number | undefined,
  isHeld: boolean,
  at: number,
): Rejection | undefined => {
  if (expiresAt === undefined) return undefined;
  if (at >= expiresAt)
    return command.report.outcome === 'cancelled' ? expired(command, expiresAt) : undefined;
  // Only an outcome ends a reservation of allowed work before its time.
  return isHeld ? undefined : reused(command);
};

const outcomeOfOpen = (
  command: OutcomeCommand,
  open: OpenEscalation,
  input: VerdictInput,
  state: VerdictState,
): VerdictDecision => {
  if (command.report.outcome !== 'cancelled') {
    return refusedWith(notAllowed(command, 'waits for approval and was not allowed yet'));
  }
  const closing = closeWithDenial(open, 'withdrawn', [], input, state);
  const [closed] = closing;
  const limits = closed?.type === 'verdict.closed' ? closed.data.verdict.limits : [];
  const outcome = outcomeEvent(command, undefined, { settled: false, effect: 'deny', limits });
  return recorded([outcome, ...closing]);
};

const eventsOf = (
  command: OutcomeCommand,
  after: AfterJudgement | undefined,
  { settled, limits, event }: End,
): VerdictEvent[] => {
  const outcome = outcomeEvent(command, after, { settled, effect: after?.effect ?? 'allow', limits });
  return event === undefined ? [outcome] : [outcome, event];
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

const expired = ({ report }: OutcomeCommand, expiresAt: number): Rejection => ({
  code: 'OUTCOME_NOT_ALLOWED',
  path: '/outcome',
  message: `the reservation of request ${report.request_id} expired at ${isoTime(expiresAt)} and was settled in full; report success or error with the real cost to lower the charge`,
});

const reused = ({ report }: OutcomeCommand): Rejection => ({
  code: 'OUTCOME_REUSED',
  path: '/request_id',
  message: `request ${report.request_id} already has another outcome, which ended its reservation`,
});
