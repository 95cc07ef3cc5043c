import {
  BOUNDS,
  type DecideCommand,
  type EscalationApproved,
  type EscalationOpened,
  type LimitEntry,
  type LimitReserved,
  type LimitSettled,
  type Verdict,
  type VerdictClosed,
  type VerdictEvent,
} from '@edict/contracts';
import { idleAt } from '../enforcement/limits/account.ts';
import { refOf, requestKey } from './request-key.ts';
import { slotOf } from './reservation-entries.ts';
import type { ReplyPlace, Reservation, VerdictState } from './verdict-state.ts';

/** Where an event stands when it is folded into the state. */
export interface VerdictPlace extends ReplyPlace {
  readonly ws: string;
  readonly at: number;
  readonly command: unknown;
}

/** Folds one event into the state. Accounts lie in the events as they stand afterwards, so nothing is judged here. */
export const evolveVerdicts = (state: VerdictState, event: VerdictEvent, place: VerdictPlace): void => {
  sweep(state, place.at);
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
      settled(state, event.data, place);
      break;
    case 'limit.released':
      setAccounts(state, event.data.entries, place.ws);
      endReservation(state, requestKey(place.ws, event.data));
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
};

const noteVerdict = (state: VerdictState, verdict: Verdict, { ws, revision, index }: VerdictPlace): void => {
  const cited = verdict.policies.revision;
  if ((state.setRevisions.get(ws) ?? -1) < cited) state.setRevisions.set(ws, cited);
  state.latest = { verdict, place: { revision, index } };
};

const setAccounts = (state: VerdictState, entries: readonly LimitEntry[], ws: string): void => {
  for (const entry of entries) {
    if (entry.account === null) continue;
    const slot = slotOf(ws, entry);
    const idle = state.accounts.has(slot) ? null : idleAt(entry.account);
    state.accounts.set(slot, entry.account);
    if (idle !== null) state.leftovers.add(idle, { kind: 'account', key: slot });
  }
};

const hold = (state: VerdictState, data: LimitReserved, place: VerdictPlace): void => {
  setAccounts(state, data.entries, place.ws);
  if (data.hold === 'none') return;
  const key = requestKey(place.ws, data);
  const known = state.reservations.get(key);
  const before = known?.hold === 'settled' ? undefined : known;
  endReservation(state, key);
  holdUntil(state, key, data.expires_at, {
    ...refOf(data),
    ws: place.ws,
    entries: before === undefined ? data.entries : [...before.entries, ...data.entries],
    hold: data.hold,
    reserveForMs: Math.max(before?.reserveForMs ?? 0, data.reserve_for_ms),
    place: state.latest?.place ?? { revision: place.revision, index: place.index },
  });
};

const holdUntil = (
  state: VerdictState,
  key: string,
  expiresAt: number | null,
  held: Omit<Reservation, 'deadline' | 'expiresAt'>,
): void => {
  const due = { ws: held.ws, subject: held.subject, request_id: held.request_id };
  const deadline = expiresAt === null ? undefined : state.deadlines.add(expiresAt, due);
  state.reservations.set(key, { ...held, expiresAt, deadline });
};

const endReservation = (state: VerdictState, key: string): void => {
  const held = state.reservations.get(key);
  if (held === undefined) return;
  if (held.deadline !== undefined) state.deadlines.cancel(held.deadline);
  state.reservations.delete(key);
};

/** What expired is known for another window, because an outcome may still lower its charge. */
const settled = (state: VerdictState, data: LimitSettled, { ws, at }: VerdictPlace): void => {
  setAccounts(state, data.entries, ws);
  const key = requestKey(ws, data);
  const held = state.reservations.get(key);
  endReservation(state, key);
  if (held === undefined || data.cause !== 'expired') return;
  state.reservations.set(key, { ...held, hold: 'settled', deadline: undefined });
  state.leftovers.add(at + BOUNDS.retryWindowMs, { kind: 'reservation', key });
};

const open = (state: VerdictState, data: EscalationOpened, place: VerdictPlace): void => {
  const { ws } = place;
  const { request, claims_trusted: claimsTrusted } = place.command as DecideCommand;
  if (state.latest === undefined) return;
  const ref = refOf(data);
  state.escalations.set(requestKey(ws, data), {
    state: 'open',
    ...ref,
    ws,
    request,
    claimsTrusted,
    verdict: state.latest.verdict,
    sessions: data.sessions,
    approved: [],
    closesAt: data.closes_at,
    place: state.latest.place,
    deadline: state.deadlines.add(data.closes_at, { ws, ...ref }),
  });
};

const approve = (state: VerdictState, data: EscalationApproved, { ws }: VerdictPlace): void => {
  const key = requestKey(ws, data);
  const escalation = state.escalations.get(key);
  if (escalation?.state !== 'open') return;
  state.escalations.set(key, { ...escalation, approved: [...escalation.approved, data.session_id] });
};

const close = (state: VerdictState, data: VerdictClosed, place: VerdictPlace): void => {
  const { ws, at, revision, index } = place;
  noteVerdict(state, data.verdict, place);
  const key = requestKey(ws, data);
  const escalation = state.escalations.get(key);
  if (escalation?.state === 'open') state.deadlines.cancel(escalation.deadline);
  const { effect, policies } = data.verdict;
  state.escalations.set(key, { state: 'closed', effect, setRevision: policies.revision });
  state.leftovers.add(at + BOUNDS.retryWindowMs, { kind: 'escalation', key });
  const held = state.reservations.get(key);
  endReservation(state, key);
  if (held === undefined || data.reserved_until === null) return;
  holdUntil(state, key, data.reserved_until, { ...held, hold: 'work', place: { revision, index } });
};

/** Forgets what can no longer matter: accounts that are as good as new, ended requests whose window has passed. */
const sweep = (state: VerdictState, at: number): void => {
  for (let left = state.leftovers.takeDue(at); left !== undefined; left = state.leftovers.takeDue(at)) {
    if (left.kind === 'account') sweepAccount(state, left.key, at);
    else if (left.kind === 'escalation') state.escalations.delete(left.key);
    else state.reservations.delete(left.key);
  }
};

const sweepAccount = (state: VerdictState, key: string, at: number): void => {
  const account = state.accounts.get(key);
  const idle = account === undefined ? null : idleAt(account);
  if (idle === null) return;
  if (idle <= at) state.accounts.delete(key);
  else state.leftovers.add(idle, { kind: 'account', key });
};
