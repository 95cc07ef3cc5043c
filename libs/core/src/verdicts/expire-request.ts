import type { ExpireCommand, VerdictEvent } from '@edict/contracts';
import { closeWithDenial } from './decide-close.ts';
import { refOf, requestKey } from './request-key.ts';
import { settleEntries, UNREPORTED } from './reservation-entries.ts';
import type { VerdictDecision, VerdictInput } from './verdict-facts.ts';
import type { VerdictState } from './verdict-state.ts';

/** Ends what is over: a reservation counts in full, because the money may be spent; an escalation is denied. */
export const expireRequest = (
  command: ExpireCommand,
  { ws, at }: VerdictInput,
  state: VerdictState,
): VerdictDecision => ({
  ok: true,
  events: endOf(requestKey(ws, command), at, state),
  answer: { ok: true },
});

const endOf = (key: string, at: number, state: VerdictState): VerdictEvent[] => {
  const escalation = state.escalations.get(key);
  if (escalation?.state === 'open') {
    return at >= escalation.closesAt ? closeWithDenial(escalation, 'expired', [], at, state) : [];
  }
  const held = state.reservations.get(key);
  if (held?.hold !== 'work' || held.expiresAt === null || at < held.expiresAt) return [];
  const entries = settleEntries(held, UNREPORTED, at, state);
  return [{ type: 'limit.settled', data: { ...refOf(held), cause: 'expired', entries } }];
};
