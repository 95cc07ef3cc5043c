import type { LimitAccount, LimitEntry, LimitStatus } from '@edict/contracts';
import { entryStatus } from '../enforcement/limits/bind-limits.ts';
import { accountKey } from '../enforcement/limits/limit-key.ts';
import { lower, release, settle } from '../enforcement/limits/settle.ts';
import type { Reservation, VerdictState } from './verdict-state.ts';

/** What was really used, in millionths; `undefined` where nobody said, so that the reserved amount counts. */
export interface Used {
  readonly cost: number | undefined;
  readonly tokens: number | undefined;
}

/** Nobody reported anything: every reservation counts in full. */
export const UNREPORTED: Used = { cost: undefined, tokens: undefined };

/** What giving back a reservation does to its accounts; rates keep what they were charged. */
export const releaseEntries = (held: Reservation | undefined, state: VerdictState): LimitEntry[] =>
  mapEntries(held, state, (entry, account) =>
    entry.account?.form === 'budget' ? { ...entry, account: release(account, entry) } : undefined,
  );

/** What settling a reservation does to its accounts. */
export const settleEntries = (held: Reservation, used: Used, at: number, state: VerdictState): LimitEntry[] =>
  mapEntries(held, state, (entry, account) => {
    const amount = usedAmount(entry, used);
    const over = amount - entry.amount;
    const settled = { ...entry, amount, account: settle(account, entry, amount, at) };
    // A rate was charged when the request was let through; only what goes beyond that is news.
    if (entry.account?.form === 'rate' && over <= 0) return undefined;
    return over > 0 ? { ...settled, overrun: over } : settled;
  });

/** What an outcome after the expiry does: it lowers charges, and leaves the rest as it is. */
export const lowerEntries = (held: Reservation, used: Used, state: VerdictState): LimitEntry[] =>
  mapEntries(held, state, (entry, account) => {
    const amount = usedAmount(entry, used);
    if (entry.account?.form !== 'budget' || amount >= entry.amount) return undefined;
    return { ...entry, amount, account: lower(account, entry, amount) };
  });

/** The limits as they stand once these entries have taken effect; a window that is over has no account. */
export const statusesAfter = (entries: readonly LimitEntry[]): LimitStatus[] =>
  entries.flatMap((entry) => (entry.account === null ? [] : [entryStatus(entry, entry.account)]));

/** The limits that a reservation is held under as they stand now. */
export const statusesNow = (held: Reservation | undefined, state: VerdictState): LimitStatus[] =>
  (held?.entries ?? []).flatMap((entry) => {
    const account = state.accounts.get(slotOf(held?.ws ?? '', entry));
    return account === undefined ? [] : [entryStatus(entry, account)];
  });

/** Where the account of an entry lies. */
export const slotOf = (ws: string, { policy_id, rule, key }: LimitEntry): string =>
  accountKey(ws, policy_id, rule, key);

const usedAmount = ({ measure, amount }: LimitEntry, used: Used): number =>
  measure === 'requests' ? amount : (used[measure] ?? amount);

const mapEntries = (
  held: Reservation | undefined,
  state: VerdictState,
  change: (entry: LimitEntry, account: LimitAccount | undefined) => LimitEntry | undefined,
): LimitEntry[] => {
  const changed: LimitEntry[] = [];
  if (held === undefined) return changed;
  for (const entry of held.entries) {
    const next = change(entry, state.accounts.get(slotOf(held.ws, entry)));
    if (next !== undefined) changed.push(next);
  }
  return changed;
};
