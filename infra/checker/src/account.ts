import type { LimitAccount } from '@edict/contracts';
import type { LimitRule } from './limit-rule.ts';

/** An account as counting gives it. A bucket's level is in parts of a millionth, `parts` to each, so that it is exact. */
export type Account =
  | {
      readonly form: 'budget';
      readonly opened: number;
      readonly ends: number | null;
      readonly settled: number;
      readonly reserved: number;
    }
  | {
      readonly form: 'rate';
      readonly level: bigint;
      readonly parts: bigint;
      readonly capacity: bigint;
      readonly at: number;
    };

/** What a request holds of an account, or has been charged for after that. */
export interface Held {
  readonly amount: number;
  /** Which window of a budget it was taken from; `undefined` for a rate. */
  readonly opened: number | undefined;
  readonly ended: boolean;
}

export const emptyAccount = (rule: LimitRule, at: number): Account => {
  if (rule.form === 'budget')
    return { form: 'budget', opened: at, ends: windowEnd(rule, at), settled: 0, reserved: 0 };
  const parts = BigInt(rule.spanMs ?? 1);
  const capacity = BigInt(rule.limit) * parts;
  return { form: 'rate', level: capacity, parts, capacity, at };
};

/** Whether an amount fits; exactly what is left still does. */
export const hasRoom = (account: Account, rule: LimitRule, amount: number, at: number): boolean => {
  const now = accountAt(account, rule, at);
  return now.form === 'budget'
    ? now.settled + now.reserved + amount <= rule.limit
    : now.level >= BigInt(amount) * now.parts;
};

/** The account after an amount was taken: set aside, or for good. */
export const charged = (
  account: Account,
  rule: LimitRule,
  amount: number,
  at: number,
  reserves: boolean,
): Account => {
  const now = accountAt(account, rule, at);
  if (now.form === 'budget') {
    return reserves ? { ...now, reserved: now.reserved + amount } : { ...now, settled: now.settled + amount };
  }
  // A limit that only reports is emptied, never overdrawn.
  const floor = now.level < 0n ? now.level : 0n;
  const level = now.level - BigInt(amount) * now.parts;
  return { ...now, level: level > floor ? level : floor };
};

/** The account after what was held turned out to be what was used; `undefined` when that changes none. */
export const settled = (account: Account, held: Held, used: number, at: number): Account | undefined => {
  if (account.form === 'rate') {
    const over = BigInt(used - held.amount);
    if (over <= 0n) return undefined;
    const now = refilled(account, at);
    return { ...now, level: now.level - over * now.parts };
  }
  const isOver = account.ends !== null && account.ends <= at;
  if (isOver || account.opened !== held.opened) return undefined;
  if (held.ended) return { ...account, settled: account.settled - (held.amount - used) };
  return { ...account, settled: account.settled + used, reserved: account.reserved - held.amount };
};

export const sameAs = (account: Account, stated: LimitAccount): boolean => {
  if (account.form === 'budget') {
    return (
      stated.form === 'budget' &&
      stated.settled === account.settled &&
      stated.reserved === account.reserved &&
      stated.ends === account.ends
    );
  }
  return stated.form === 'rate' && BigInt(stated.level) === floor(account.level, account.parts);
};

/** The account that matters at a moment: a window that is over is none, a bucket has refilled. */
const accountAt = (account: Account, rule: LimitRule, at: number): Account => {
  if (account.form !== rule.form) return emptyAccount(rule, at);
  if (account.form === 'budget') {
    const isOver = account.ends !== null && account.ends <= at;
    return isOver ? emptyAccount(rule, at) : { ...account, ends: windowEnd(rule, at) };
  }
  // A full bucket is as good as none, also when its limit is another one by now.
  if (refilled(account, at).level >= account.capacity) return emptyAccount(rule, at);
  const parts = BigInt(rule.spanMs ?? 1);
  const capacity = BigInt(rule.limit) * parts;
  const level = account.parts === parts ? account.level : floor(account.level, account.parts) * parts;
  return refilled({ ...account, level, parts, capacity }, at);
};

const refilled = (account: Account & { form: 'rate' }, at: number): Account & { form: 'rate' } => {
  // In `parts` of a millionth a bucket gains one millionth of its limit in each millisecond.
  const gained = account.level + BigInt(at - account.at) * (account.capacity / account.parts);
  return { ...account, at, level: gained > account.capacity ? account.capacity : gained };
};

/** Windows are aligned to 1970 in UTC. */
const windowEnd = ({ spanMs }: LimitRule, at: number): number | null =>
  spanMs === undefined ? null : at - (at % spanMs) + spanMs;

const floor = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);
