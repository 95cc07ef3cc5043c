import type { BudgetAccount, LimitAccount } from '@edict/contracts';
import { budget } from './account.ts';
import { addMicro } from './amounts.ts';
import type { Charge } from './charge.ts';
import { refill } from './refill.ts';

/**
 * The account after a reservation was settled with what was really used; `null` when none changes.
 * What lies above the reservation counts as used and may go over the limit, which blocks further admission.
 */
export const settle = (
  account: LimitAccount | undefined,
  charge: Charge,
  used: number,
  at: number,
): LimitAccount | null => {
  if (charge.label.opened === null) return overdraw(account, charge, used - charge.amount, at);
  const current = sameWindow(account, charge);
  if (current === undefined) return null;
  const reserved = Math.max(0, current.reserved - charge.amount);
  return budget(current, addMicro(current.settled, used), reserved);
};

/** The account after a reservation was given back; a rate is never refunded (seeds LO-11). */
export const release = (account: LimitAccount | undefined, charge: Charge): LimitAccount | null => {
  const current = sameWindow(account, charge);
  if (current === undefined) return null;
  return budget(current, current.settled, Math.max(0, current.reserved - charge.amount));
};

/** The account after a charge that was settled in full turned out to be smaller. */
export const lower = (
  account: LimitAccount | undefined,
  charge: Charge,
  used: number,
): LimitAccount | null => {
  const current = sameWindow(account, charge);
  if (current === undefined || used >= charge.amount) return null;
  // An account that ran full has lost count, so nothing is taken off again.
  if (current.settled === Number.MAX_SAFE_INTEGER) return null;
  return budget(current, Math.max(0, current.settled - (charge.amount - used)), current.reserved);
};

const sameWindow = (account: LimitAccount | undefined, { label }: Charge): BudgetAccount | undefined =>
  account?.form === 'budget' && account.opened === label.opened ? account : undefined;

/** A bucket may owe what was used above the estimate; it refills from below nothing. */
const overdraw = (
  account: LimitAccount | undefined,
  { label: { terms } }: Charge,
  overrun: number,
  at: number,
): LimitAccount | null => {
  if (terms.period_ms === null || overrun <= 0) return null;
  const bucket = account?.form === 'rate' ? account : undefined;
  const current = refill(bucket, bucket ?? { capacity: terms.limit, period_ms: terms.period_ms }, at);
  return { ...current, level: Math.max(current.level - overrun, -Number.MAX_SAFE_INTEGER) };
};
