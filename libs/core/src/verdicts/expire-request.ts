import type { ExpireCommand, RequestRef, VerdictEvent } from '@edict/contracts';
import { closeWithDenial } from './decide-close.ts';
import { refOf, requestKey } from './request-key.ts';
import { placeOfOld, settleEntries, UNREPORTED } from './reservation-entries.ts';
import type { VerdictDecision, VerdictInput } from './verdict-facts.ts';
import type { VerdictState } from './verdict-state.ts';

/** Ends what is over: a reservation counts in full, because the money may be spent; an escalation is denied. */
export const expireRequest = (
  command: ExpireCommand,
  input: VerdictInput,
  state: VerdictState,
): VerdictDecision => ({
  ok: true,
  events: endOf(command, input, state),
  answer: { ok: true },
});

const endOf = (ref: RequestRef, input: VerdictInput, state: VerdictState): VerdictEvent[] => {
  const { ws, at } = input;
  const key = requestKey(ws, ref);
  const escalation = state.escalations.get(key);
  if (escalation?.state === 'open') {
    return at >= escalation.due ? closeWithDenial(escalation, 'expired', [], input, state) : [];
  }
  const held = state.reservations.get(key);
  if (held === undefined || at < held.due) return [];
  const entries = settleEntries(held, UNREPORTED, at, state);
  const data = { ...refOf(ref), cause: 'expired', entries, ...placeOfOld(held, at) } as const;
  return [{ type: 'limit.settled', data }];
};
