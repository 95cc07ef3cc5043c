import type { LimitAccount, LimitEntry } from '@edict/contracts';
import { addMicro } from './amounts.ts';
import { refill } from './refill.ts';

/**
 * The account after a reservation was settled with what was really used; `null` when none changes.
 * What lies above the reservation counts as used and may go over the limit, which blocks further admission.
 */
export const settle = (
  account: LimitAccount | undefined,
  entry: LimitEntry,
  used: number,
  at: number,
): LimitAccount | null => {
  if (entry.account?.form === 'rate') return overdraw(account, entry, used - entry.amount, at);
  const current = sameWindow(account, entry);
  if (current === undefined) return null;
  const reserved = Math.max(0, current.reserved - entry.amount);
  return { ...current, reserved, settled: addMicro(current.settled, used) };
};

/** The account after a reservation was given back; a rate is never refunded (seeds LO-11). */
export const release = (account: LimitAccount | undefined, entry: LimitEntry): LimitAccount | null => {
  const current = sameWindow(account, entry);
  if (current === undefined) return null;
  return { ...current, reserved: Math.max(0, current.reserved - entry.amount) };
};

/** The account after a charge that was settled in full turned out to be smaller. */
export const lower = (
  account: LimitAccount | undefined,
  entry: LimitEntry,
  used: number,
): LimitAccount | null => {
  const current = sameWindow(account, entry);
  if (current === undefined || used >= entry.amount) return null;
  // An account that ran full has lost count, so nothing is taken off again.
  if (current.settled === Number.MAX_SAFE_INTEGER) return null;
  return { ...current, settled: Math.max(0, current.settled - (entry.amount - used)) };
};

const sameWindow = (account: LimitAccount | undefined, entry: LimitEntry) =>
  account?.form === 'budget' && entry.account?.form === 'budget' && account.opened === entry.account.opened
    ? account
    : undefined;

/** A bucket may owe what was used above the estimate; it refills from below nothing. */
const overdraw = (
  account: LimitAccount | undefined,
  entry: LimitEntry,
  overrun: number,
  at: number,
): LimitAccount | null => {
  if (entry.account?.form !== 'rate' || overrun <= 0) return null;
  const bucket = account?.form === 'rate' ? account : undefined;
  const current = refill(bucket, bucket ?? entry.account, at);
  return { ...current, level: Math.max(current.level - overrun, -Number.MAX_SAFE_INTEGER) };
};
