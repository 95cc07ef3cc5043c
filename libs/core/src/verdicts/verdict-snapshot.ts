import type { LimitEntry } from '@edict/contracts';
import type { AccountLabel, Charge, LimitTerms } from '../enforcement/limits/charge.ts';
import {
  type ClosedEscalation,
  createVerdictState,
  type OpenEscalation,
  type Reservation,
  type VerdictState,
} from './verdict-state.ts';

/** A charge, with the terms of its label by their number: few labels differ in them. */
type ToldCharge = readonly [
  terms: number,
  key: string,
  opened: AccountLabel['opened'],
  ends: AccountLabel['ends'],
  amount: number,
];

/** What a snapshot of a verdict state tells, a little at a time. Plain JSON. */
export type VerdictPart =
  | readonly ['at', number]
  | readonly ['set', ws: string, revision: number]
  | readonly ['terms', number, LimitTerms]
  | readonly ['account', ws: string, entry: LimitEntry]
  | readonly [
      'held',
      Omit<Reservation, keyof Charge | 'due'> & { readonly due: number | null },
      readonly ToldCharge[],
    ]
  | readonly ['open', OpenEscalation]
  | readonly ['closed', key: string, ClosedEscalation];

/**
 * Captures a state at once and tells it later: values of a state are replaced, never changed, so what is told is the
 * state as it was when this was called, whatever was decided since. Not to be called during a try-out.
 */
export const captureVerdicts = (state: VerdictState): Iterable<VerdictPart> => {
  const { at } = state;
  const setRevisions = [...state.setRevisions.entries()];
  const accounts = state.ledger.capture();
  const reservations = [...state.reservations.values()];
  const escalations = [...state.escalations.entries()];
  return (function* (): Generator<VerdictPart> {
    yield ['at', at];
    for (const [ws, revision] of setRevisions) yield ['set', ws, revision];
    for (const [ws, entry] of accounts(at)) yield ['account', ws, entry];
    yield* toldReservations(reservations);
    for (const [key, escalation] of escalations) {
      if (escalation.state === 'open') yield ['open', escalation];
      else if (escalation.until > at) yield ['closed', key, escalation];
    }
  })();
};

function* toldReservations(reservations: readonly Reservation[]): Generator<VerdictPart> {
  const nameOf = createTermNames();
  const numbers = new Map<string, number>();
  for (const held of reservations) {
    const charges: ToldCharge[] = [];
    for (let charge: Charge | undefined = held; charge !== undefined; charge = charge.next) {
      const { terms, key, opened, ends } = charge.label;
      const name = nameOf(terms);
      const number = numbers.get(name) ?? numbers.size;
      if (number === numbers.size) {
        numbers.set(name, number);
        yield ['terms', number, terms];
      }
      charges.push([number, key, opened, ends, charge.amount]);
    }
    const { key, due, reserveForMs, revision, index } = held;
    yield ['held', { key, due: Number.isFinite(due) ? due : null, reserveForMs, revision, index }, charges];
  }
}

/** Equal terms have equal names, which are made once for each object. */
const createTermNames = () => {
  const names = new Map<LimitTerms, string>();
  return (terms: LimitTerms): string => {
    const { ws, policy_id, rule, measure, limit, period_ms } = terms;
    const name = names.get(terms) ?? JSON.stringify([ws, policy_id, rule, measure, limit, period_ms]);
    names.set(terms, name);
    return name;
  };
};

/** The earliest revision that a part refers to: where the verdict lies that it is about, which may be asked for. */
export const reachOfVerdicts = (part: VerdictPart): number | undefined => {
  if (part[0] === 'held') return part[1].revision;
  return part[0] === 'open' ? part[1].place.revision : undefined;
};

/** There may be a million charges: equal labels are one object. */
const createLabels = () => {
  const labels = new Map<string, AccountLabel>();
  const nameOf = createTermNames();
  return (label: AccountLabel): AccountLabel => {
    const { terms, key, opened, ends } = label;
    const name = `${nameOf(terms)} ${opened} ${ends} ${key}`;
    const known = labels.get(name) ?? label;
    labels.set(name, known);
    return known;
  };
};

/** Takes the parts of a snapshot in the order in which they were told, and gives the state once all were taken. */
export const restoreVerdicts = () => {
  const state = createVerdictState();
  const labelOf = createLabels();
  const allTerms: LimitTerms[] = [];
  const ending: (Reservation | OpenEscalation)[] = [];
  const hold = (
    { due, ...rest }: Omit<Reservation, keyof Charge | 'due'> & { readonly due: number | null },
    charges: readonly ToldCharge[],
  ): void => {
    const charge = charges.reduceRight<Charge | undefined>((next, [number, key, opened, ends, amount]) => {
      const terms = allTerms[number];
      return terms && { label: labelOf({ terms, key, opened, ends }), amount, next };
    }, undefined);
    if (charge === undefined) return;
    const { label, amount, next } = charge;
    const { key, reserveForMs, revision, index } = rest;
    const held: Reservation = {
      ...{ label, amount, next, key },
      ...{ due: due ?? Number.POSITIVE_INFINITY, reserveForMs, revision, index },
    };
    state.reservations.set(key, held);
    if (due !== null) ending.push(held);
  };
  return {
    add: (part: VerdictPart): void => {
      switch (part[0]) {
        case 'at':
          state.at = part[1];
          break;
        case 'set':
          state.setRevisions.set(part[1], part[2]);
          break;
        case 'terms':
          allTerms[part[1]] = part[2];
          break;
        case 'account':
          if (part[2].account !== null) labelOf(state.ledger.put(part[1], part[2], part[2].account));
          break;
        case 'held':
          hold(part[1], part[2]);
          break;
        case 'open':
          state.escalations.set(part[1].key, part[1]);
          ending.push(part[1]);
          break;
        case 'closed':
          state.escalations.set(part[1], part[2]);
          state.closed.owe();
          break;
      }
    },
    done: (): VerdictState => {
      ending.sort((a, b) => a.due - b.due);
      // A queue of their own: that of a delay that nothing else has, because it is in the past.
      for (const item of ending) state.deadlines.add(item, item.due + 1);
      return state;
    },
  };
};
