import type { LimitEntry } from '@edict/contracts';
import type { AccountLabel, Charge, LimitTerms } from '../enforcement/limits/charge.ts';
import {
  type ClosedEscalation,
  createVerdictState,
  type OpenEscalation,
  type Reservation,
  type VerdictState,
} from './verdict-state.ts';

/** What is held for a request: its reservation flat, and the label of each charge by its number, with the amount. */
type ToldHold = readonly [
  'hold',
  key: string,
  due: number | null,
  reserveForMs: number,
  revision: number,
  index: number,
  ...labelsAndAmounts: readonly number[],
];
const FIRST_LABEL = 6;

/** What format 1 told of the same: each charge with all of its label but the terms. */
type OldHold = readonly [
  'held',
  Omit<Reservation, keyof Charge | 'due'> & { readonly due: number | null },
  readonly (readonly [
    terms: number,
    key: string,
    opened: AccountLabel['opened'],
    ends: AccountLabel['ends'],
    amount: number,
  ])[],
];

/** What a snapshot of a verdict state tells, a little at a time. Plain JSON. */
export type VerdictPart =
  | readonly ['at', number]
  | readonly ['set', ws: string, revision: number]
  | readonly ['terms', number, LimitTerms]
  | readonly [
      'label',
      number,
      terms: number,
      key: string,
      opened: AccountLabel['opened'],
      ends: AccountLabel['ends'],
    ]
  | readonly ['account', ws: string, entry: LimitEntry]
  | ToldHold
  | OldHold
  | readonly ['open', OpenEscalation]
  | readonly ['closed', key: string, ClosedEscalation];

/** How the parts are written; and how they were before, which is read as well. */
export const VERDICT_FORMAT = 2;
export const OLDER_VERDICT_FORMATS: readonly number[] = [1];

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
  const termNumbers = createNumbers(termName);
  const labelNumbers = createNumbers(labelName);
  for (const held of reservations) {
    const { key, due, reserveForMs, revision, index } = held;
    const charges: number[] = [];
    for (let charge: Charge | undefined = held; charge !== undefined; charge = charge.next) {
      const { terms, key: accountKey, opened, ends } = charge.label;
      const label = labelNumbers(charge.label);
      if (label.isNew) {
        const { number, isNew } = termNumbers(terms);
        if (isNew) yield ['terms', number, terms];
        yield ['label', label.number, number, accountKey, opened, ends];
      }
      charges.push(label.number, charge.amount);
    }
    yield ['hold', key, Number.isFinite(due) ? due : null, reserveForMs, revision, index, ...charges];
  }
}

const termName = ({ ws, policy_id, rule, measure, limit, period_ms }: LimitTerms): string =>
  JSON.stringify([ws, policy_id, rule, measure, limit, period_ms]);
const labelName = ({ terms, key, opened, ends }: AccountLabel): string =>
  `${termName(terms)} ${opened} ${ends} ${key}`;

/** Numbers things from 0 on; those with equal names share one. A name is made once for each object. */
const createNumbers = <T extends object>(nameOf: (thing: T) => string) => {
  const known = new Map<T, number>();
  const byName = new Map<string, number>();
  return (thing: T): { readonly number: number; readonly isNew: boolean } => {
    const number = known.get(thing);
    if (number !== undefined) return { number, isNew: false };
    const name = nameOf(thing);
    const found = byName.get(name) ?? byName.size;
    const isNew = found === byName.size;
    if (isNew) byName.set(name, found);
    known.set(thing, found);
    return { number: found, isNew };
  };
};

/** The earliest revision that a part refers to: where the verdict lies that it is about, which may be asked for. */
export const reachOfVerdicts = (part: VerdictPart): number | undefined => {
  if (part[0] === 'hold') return part[4];
  return part[0] === 'open' ? part[1].place.revision : undefined;
};

/** There may be a million charges: equal labels are one object. */
const createLabels = () => {
  const labels = new Map<string, AccountLabel>();
  return (label: AccountLabel): AccountLabel => {
    const name = labelName(label);
    const known = labels.get(name) ?? label;
    labels.set(name, known);
    return known;
  };
};

const reservationOf = (part: ToldHold, labels: readonly AccountLabel[]): Reservation | undefined => {
  const [, key, due, reserveForMs, revision, index] = part;
  let first: Charge | undefined;
  for (let at = part.length - 2; at >= FIRST_LABEL; at -= 2) {
    const label = labels[part[at] as number];
    if (label !== undefined) first = { label, amount: part[at + 1] as number, next: first };
  }
  return heldFrom(first, { key, reserveForMs, revision, index, due });
};

const oldReservation = (
  [, told, charges]: OldHold,
  labelOf: (terms: number, rest: Omit<AccountLabel, 'terms'>) => AccountLabel,
): Reservation | undefined => {
  const first = charges.reduceRight<Charge | undefined>(
    (next, [terms, key, opened, ends, amount]) => ({
      label: labelOf(terms, { key, opened, ends }),
      amount,
      next,
    }),
    undefined,
  );
  return heldFrom(first, told);
};

const heldFrom = (
  first: Charge | undefined,
  { key, due, reserveForMs, revision, index }: OldHold[1],
): Reservation | undefined => {
  if (first === undefined) return undefined;
  const { label, amount, next } = first;
  return { label, amount, next, key, due: due ?? Number.POSITIVE_INFINITY, reserveForMs, revision, index };
};

/** Takes the parts of a snapshot in the order in which they were told, and gives the state once all were taken. */
export const restoreVerdicts = () => {
  const state = createVerdictState();
  const sharedLabel = createLabels();
  const allTerms: LimitTerms[] = [];
  const labels: AccountLabel[] = [];
  const ending: (Reservation | OpenEscalation)[] = [];
  const labelOf = (terms: number, rest: Omit<AccountLabel, 'terms'>): AccountLabel =>
    sharedLabel({ terms: allTerms[terms] as LimitTerms, ...rest });
  const hold = (held: Reservation | undefined): void => {
    if (held === undefined) return;
    state.reservations.set(held.key, held);
    if (Number.isFinite(held.due)) ending.push(held);
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
          if (part[2].account !== null) sharedLabel(state.ledger.put(part[1], part[2], part[2].account));
          break;
        case 'label': {
          const [, number, terms, key, opened, ends] = part;
          labels[number] = labelOf(terms, { key, opened, ends });
          break;
        }
        case 'hold':
          hold(reservationOf(part, labels));
          break;
        case 'held':
          hold(oldReservation(part, labelOf));
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
