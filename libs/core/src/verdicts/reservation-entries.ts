import { BOUNDS, type LimitEntry, type LimitStatus } from '@edict/contracts';
import { statusOf } from '../enforcement/limits/bind-limits.ts';
import { type Charge, chargeEntry } from '../enforcement/limits/charge.ts';
import { refill } from '../enforcement/limits/refill.ts';
import { lower, release, settle } from '../enforcement/limits/settle.ts';
import type { ReplyPlace, Reservation, VerdictState } from './verdict-state.ts';

/** What was really used, in millionths; `undefined` where nobody said, so that the reserved amount counts. */
export interface Used {
  readonly cost: number | undefined;
  readonly tokens: number | undefined;
}

/** Nobody reported anything: every reservation counts in full. */
export const UNREPORTED: Used = { cost: undefined, tokens: undefined };

/** What giving back a reservation does to its accounts; rates keep what they were charged. */
export const releaseEntries = (
  held: Charge | undefined,
  at: number,
  { ledger }: VerdictState,
): LimitEntry[] => {
  const entries: LimitEntry[] = [];
  for (let charge = held; charge !== undefined; charge = charge.next) {
    const { terms, key, opened } = charge.label;
    if (opened === null) continue;
    entries.push(chargeEntry(charge, charge.amount, release(ledger.find(terms, key, at), charge)));
  }
  return entries;
};

/** What settling a reservation does to its accounts. */
export const settleEntries = (
  held: Charge,
  used: Used,
  at: number,
  { ledger }: VerdictState,
): LimitEntry[] => {
  const entries: LimitEntry[] = [];
  for (let charge: Charge | undefined = held; charge !== undefined; charge = charge.next) {
    const { terms, key, opened } = charge.label;
    const amount = usedAmount(charge, used);
    const over = amount - charge.amount;
    // A rate was charged when the request was let through; only what goes beyond that is news.
    if (opened === null && over <= 0) continue;
    const entry = chargeEntry(charge, amount, settle(ledger.find(terms, key, at), charge, amount, at));
    entries.push(over > 0 ? { ...entry, overrun: over } : entry);
  }
  return entries;
};

/** What an outcome after the expiry does: it lowers charges, and leaves the rest as it is. */
export const lowerEntries = (
  held: Charge | undefined,
  used: Used,
  at: number,
  { ledger }: VerdictState,
): LimitEntry[] => {
  const entries: LimitEntry[] = [];
  for (let charge = held; charge !== undefined; charge = charge.next) {
    const { terms, key, opened } = charge.label;
    const amount = usedAmount(charge, used);
    if (opened === null || amount >= charge.amount) continue;
    entries.push(chargeEntry(charge, amount, lower(ledger.find(terms, key, at), charge, amount)));
  }
  return entries;
};

/** The limits as they stand once these entries have taken effect; a window that is over has no account. */
export const statusesAfter = (entries: readonly LimitEntry[]): LimitStatus[] =>
  entries.flatMap((entry) => (entry.account === null ? [] : [statusOf(entry, entry.account)]));

/** The limits that charges are held under as they stand now. */
export const statusesNow = (
  held: Charge | undefined,
  at: number,
  { ledger }: VerdictState,
): LimitStatus[] => {
  const statuses: LimitStatus[] = [];
  for (let charge = held; charge !== undefined; charge = charge.next) {
    const { terms, key } = charge.label;
    const account = ledger.find(terms, key, at);
    const { policy_id, rule, limit } = terms;
    if (account === undefined) continue;
    const current = account.form === 'rate' ? refill(account, account, at) : account;
    statuses.push(statusOf({ policy_id, rule, key, limit }, current));
  }
  return statuses;
};

/** Where a reservation's verdict lies, when that was so long ago that its id may be forgotten. */
export const placeOfOld = (
  { due, reserveForMs, revision, index }: Reservation,
  at: number,
): { readonly verdict?: ReplyPlace } =>
  at - (due - reserveForMs) < BOUNDS.retryWindowMs ? {} : { verdict: { revision, index } };

const usedAmount = ({ label, amount }: Charge, used: Used): number => {
  const { measure } = label.terms;
  return measure === 'requests' ? amount : (used[measure] ?? amount);
};
