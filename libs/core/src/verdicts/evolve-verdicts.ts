import {
  BOUNDS,
  type DecideCommand,
  type EscalationApproved,
  type EscalationOpened,
  type LimitEntry,
  type LimitReserved,
  type Verdict,
  type VerdictClosed,
  type VerdictEvent,
} from '@edict/contracts';
import type { Charge } from '../enforcement/limits/charge.ts';
import { abandonedSessions } from './escalation-ends.ts';
import { refOf, requestKey } from './request-key.ts';
import type { OpenEscalation, ReplyPlace, Reservation, VerdictState } from './verdict-state.ts';

/** Where an event stands when it is folded into the state. */
export interface VerdictPlace extends ReplyPlace {
  readonly ws: string;
  readonly at: number;
  readonly command: unknown;
}

/** Folds one event into the state. Accounts lie in the events as they stand afterwards, so nothing is judged here. */
export const evolveVerdicts = (state: VerdictState, event: VerdictEvent, place: VerdictPlace): void => {
  state.at = place.at;
  switch (event.type) {
    case 'verdict.issued':
      noteVerdict(state, event.data, place);
      break;
    case 'verdict.closed':
      close(state, event.data, place);
      break;
    case 'limit.charged':
      setAccounts(state, event.data.entries, place.ws);
      break;
    case 'limit.reserved':
      hold(state, event.data, place);
      break;
    case 'limit.settled':
    case 'limit.released':
      setAccounts(state, event.data.entries, place.ws);
      state.reservations.delete(requestKey(place.ws, event.data));
      break;
    case 'escalation.opened':
      open(state, event.data, place);
      break;
    case 'escalation.approved':
      approve(state, event.data, place);
      break;
    case 'outcome.recorded':
      break;
  }
  state.sweep();
};

const noteVerdict = (state: VerdictState, verdict: Verdict, { ws, revision, index }: VerdictPlace): void => {
  const cited = verdict.policies.revision;
  if ((state.setRevisions.get(ws) ?? -1) < cited) state.setRevisions.set(ws, cited);
  state.latest = { verdict, place: { revision, index } };
};

const setAccounts = (state: VerdictState, entries: readonly LimitEntry[], ws: string): void => {
  for (const entry of entries) {
    if (entry.account !== null) state.ledger.put(ws, entry, entry.account);
  }
};

const hold = (state: VerdictState, data: LimitReserved, { ws, at, revision, index }: VerdictPlace): void => {
  if (data.hold === 'none') {
    setAccounts(state, data.entries, ws);
    return;
  }
  const key = requestKey(ws, data);
  const before = state.reservations.get(key);
  const place = state.latest?.place;
  const first = chargesOf(state, data.entries, ws, before);
  if (first === undefined) return;
  const due = data.expires_at ?? Number.POSITIVE_INFINITY;
  const reserveForMs = Math.max(before?.reserveForMs ?? 0, data.reserve_for_ms);
  const terms = { due, reserveForMs, revision: place?.revision ?? revision, index: place?.index ?? index };
  keep(state, before?.key ?? key, first, terms, at);
};

/** What is held already comes first. */
const chargesOf = (
  state: VerdictState,
  entries: readonly LimitEntry[],
  ws: string,
  before: Charge | undefined,
): Charge | undefined => {
  let next: Charge | undefined;
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (entry === undefined || entry.account === null) continue;
    next = { label: state.ledger.put(ws, entry, entry.account), amount: entry.amount, next };
  }
  return before === undefined ? next : withNext(before, next);
};

const withNext = ({ label, amount, next }: Charge, last: Charge | undefined): Charge => ({
  label,
  amount,
  next: next === undefined ? last : withNext(next, last),
});

/** Holds charges under a key in place of what is held there. */
const keep = (
  state: VerdictState,
  key: string,
  { label, amount, next }: Charge,
  { due, reserveForMs, revision, index }: Pick<Reservation, 'due' | 'reserveForMs' | keyof ReplyPlace>,
  at: number,
): void => {
  const held: Reservation = { label, amount, next, key, due, reserveForMs, revision, index };
  state.reservations.set(key, held);
  if (due !== Number.POSITIVE_INFINITY) state.deadlines.add(held, at);
};

const open = (state: VerdictState, data: EscalationOpened, place: VerdictPlace): void => {
  const { ws, at } = place;
  const { request, claims_trusted: claimsTrusted } = place.command as DecideCommand;
  if (state.latest === undefined) return;
  const key = requestKey(ws, data);
  wait(state, at, {
    state: 'open',
    ...refOf(data),
    key,
    ws,
    request,
    claimsTrusted,
    verdict: state.latest.verdict,
    sessions: data.sessions,
    approved: [],
    due: data.closes_at,
    place: state.latest.place,
  });
};

const wait = (state: VerdictState, at: number, escalation: OpenEscalation): void => {
  state.escalations.set(escalation.key, escalation);
  state.deadlines.add(escalation, at);
};

const approve = (state: VerdictState, data: EscalationApproved, { ws, at }: VerdictPlace): void => {
  const escalation = state.escalations.get(requestKey(ws, data));
  if (escalation?.state !== 'open') return;
  wait(state, at, { ...escalation, approved: [...escalation.approved, data.session_id] });
};

const close = (state: VerdictState, data: VerdictClosed, place: VerdictPlace): void => {
  const { ws, at, revision, index, command } = place;
  noteVerdict(state, data.verdict, place);
  const key = requestKey(ws, data);
  const { effect, policies } = data.verdict;
  const until = at + BOUNDS.retryWindowMs;
  const abandoned = abandonedSessions(data, command);
  state.escalations.set(key, {
    state: 'closed',
    effect,
    setRevision: policies.revision,
    until,
    ...(abandoned !== undefined && { abandoned }),
  });
  state.closed.owe();
  const held = state.reservations.get(key);
  if (held === undefined) return;
  if (data.reservation === null) state.reservations.delete(key);
  else {
    const { reserveForMs } = held;
    keep(state, held.key, held, { due: data.reservation.expires_at, reserveForMs, revision, index }, at);
  }
};
