import type { BudgetAccount, LimitAccount } from '@edict/contracts';
import { addMicro } from './amounts.ts';
import type { LimitRule } from './limit-rule.ts';
import { refill, refillTime } from './refill.ts';

/**
 * The account of a limit as it stands at a moment, before anything is charged: a budget in its current window,
 * a rate refilled. `undefined` stands for an account that nobody has used: nothing spent, or a full bucket.
 */
export const accountAt = (rule: LimitRule, account: LimitAccount | undefined, at: number): LimitAccount => {
  if (rule.form === 'budget') return budgetAt(rule, account?.form === 'budget' ? account : undefined, at);
  const bucket = account?.form === 'rate' ? account : undefined;
  return refill(bucket, { capacity: rule.limit, period_ms: rule.spanMs }, at);
};

/** Whether an amount fits; equal to what is left still fits (seeds LO-06). */
export const hasRoom = (rule: LimitRule, account: LimitAccount, amount: number): boolean =>
  account.form === 'budget'
    ? account.settled + account.reserved + amount <= rule.limit
    : account.level >= amount;

/** A budget with other amounts, in the same window. */
export const budget = (
  { opened, ends }: BudgetAccount,
  settled: number,
  reserved: number,
): BudgetAccount => ({
  form: 'budget',
  opened,
  ends,
  settled,
  reserved,
});

/** The account after an amount was taken for good. A bucket whose limit only reports is emptied, not overdrawn. */
export const charge = (account: LimitAccount, amount: number): LimitAccount =>
  account.form === 'budget'
    ? budget(account, addMicro(account.settled, amount), account.reserved)
    : { ...account, level: Math.max(Math.min(account.level, 0), account.level - amount) };

/** The account after an amount was set aside; a rate knows no reservations, it is charged. */
export const reserve = (account: LimitAccount, amount: number): LimitAccount =>
  account.form === 'budget'
    ? budget(account, account.settled, addMicro(account.reserved, amount))
    : charge(account, amount);

/** How long until an amount fits, if nothing else happens; `null` when waiting does not help. */
export const retryAfter = (
  rule: LimitRule,
  account: LimitAccount,
  amount: number,
  at: number,
): number | null => {
  if (amount > rule.limit) return null;
  if (account.form === 'budget') return account.ends === null ? null : account.ends - at;
  return refillTime(account, amount);
};

/** When an account is as good as none: its window is over, or its bucket full. `null`: never. */
export const idleAt = (account: LimitAccount): number | null =>
  account.form === 'budget' ? account.ends : account.at + refillTime(account, account.capacity);

/**
 * Windows are aligned to 1970 in UTC. A window that is still running when the rule's window changes goes on with
 * what was spent in it, to the end of the new window: a change of the window never hands out a second budget.
 */
const budgetAt = ({ spanMs }: LimitRule, account: BudgetAccount | undefined, at: number): BudgetAccount => {
  const lifetime = spanMs === Number.POSITIVE_INFINITY;
  const begins = lifetime ? 0 : at - (at % spanMs);
  const ends = lifetime ? null : begins + spanMs;
  if (account !== undefined && (account.ends === null || account.ends > begins)) {
    return account.ends === ends ? account : { ...account, ends };
  }
  return { form: 'budget', opened: at, ends, settled: 0, reserved: 0 };
};
