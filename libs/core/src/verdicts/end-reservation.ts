import type {
  LimitEntry,
  LimitStatus,
  OutcomeCommand,
  RecordedReservation,
  VerdictEvent,
} from '@edict/contracts';
import { toMicro } from '../enforcement/limits/amounts.ts';
import { type Charge, chargesFrom } from '../enforcement/limits/charge.ts';
import { isSame } from './listed-limits.ts';
import { refOf } from './request-key.ts';
import {
  lowerEntries,
  placeOfOld,
  releaseEntries,
  settleEntries,
  statusesAfter,
  statusesNow,
  type Used,
} from './reservation-entries.ts';
import type { VerdictInput } from './verdict-facts.ts';
import type { Reservation, VerdictState } from './verdict-state.ts';

/** What an outcome does to the limits, and the limits as they are reported. */
export interface End {
  readonly settled: boolean;
  readonly limits: readonly LimitStatus[];
  readonly event: EndEvent | undefined;
}
type EndEvent = VerdictEvent & { readonly type: 'limit.settled' | 'limit.released' };

/** Ends a reservation that is held. */
export const endHeld = (command: OutcomeCommand, held: Reservation, at: number, state: VerdictState): End => {
  const { report } = command;
  const ended = { ...refOf(report), ...placeOfOld(held, at) };
  if (report.outcome === 'cancelled') {
    const entries = releaseEntries(held, at, state);
    const event: EndEvent = { type: 'limit.released', data: { ...ended, cause: 'cancelled', entries } };
    return { settled: false, limits: statuses(held, entries, at, state), event };
  }
  // When the timer has not come yet, the reservation is settled now, at no more than it was.
  const late = at >= held.due;
  const used = usedBy(command);
  const entries = settleEntries(held, late ? capped(held, used) : used, at, state);
  const cause = late ? 'late' : 'outcome';
  const event: EndEvent = { type: 'limit.settled', data: { ...ended, cause, entries } };
  return { settled: true, limits: statuses(held, entries, at, state), event };
};

/** Lowers what was settled in full at the expiry. Nothing of it is held any more, so it is known from the record. */
export const lowerEnded = (
  command: OutcomeCommand,
  reservation: RecordedReservation | undefined,
  { ws, at }: VerdictInput,
  state: VerdictState,
): End => {
  if (reservation === undefined) return { settled: false, limits: [], event: undefined };
  const charges = chargesFrom(ws, reservation.held);
  const entries = lowerEntries(charges, usedBy(command), at, state);
  const data = { ...refOf(command.report), cause: 'late', entries, reservation } as const;
  return {
    settled: true,
    limits: statuses(charges, entries, at, state),
    event: { type: 'limit.settled', data },
  };
};

const usedBy = ({ report: { cost, tokens } }: OutcomeCommand): Used => ({
  cost: cost === undefined ? undefined : toMicro(cost),
  tokens: tokens === undefined ? undefined : toMicro(tokens),
});

const capped = (held: Charge, used: Used): Used => ({
  cost: atMost(used.cost, held, 'cost'),
  tokens: atMost(used.tokens, held, 'tokens'),
});

const atMost = (used: number | undefined, held: Charge, measure: 'cost' | 'tokens'): number | undefined => {
  if (used === undefined) return undefined;
  for (let charge: Charge | undefined = held; charge !== undefined; charge = charge.next) {
    if (charge.label.terms.measure === measure) return Math.min(used, charge.amount);
  }
  return used;
};

/** Every limit that the work was held under: as this outcome leaves it, or as it stands. */
const statuses = (
  held: Charge | undefined,
  entries: readonly LimitEntry[],
  at: number,
  state: VerdictState,
) => {
  const changed = statusesAfter(entries);
  const untouched = statusesNow(held, at, state).filter((now) => !changed.some((each) => isSame(each, now)));
  return [...changed, ...untouched];
};
