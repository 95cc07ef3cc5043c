import type { RateAccount } from '@edict/contracts';

/** How much a bucket holds, and in which time it fills from empty to full. */
export type BucketSize = Pick<RateAccount, 'capacity' | 'period_ms'>;

/**
 * A bucket as it stands at a moment. It refills continuously; what is less than a millionth is carried over, so
 * that no cadence of requests loses any of it. No bucket yet is a full one (seeds SO-12, LO-11).
 */
export const refill = (
  bucket: RateAccount | undefined,
  { capacity, period_ms }: BucketSize,
  at: number,
): RateAccount => {
  if (bucket === undefined) return { form: 'rate', level: capacity, rest: 0, at, capacity, period_ms };
  const carried = bucket.period_ms === period_ms ? bucket.rest : 0;
  const { whole, rest } = divide(at - bucket.at, capacity, carried, period_ms);
  const level = bucket.level + whole;
  return level >= capacity
    ? { form: 'rate', level: capacity, rest: 0, at, capacity, period_ms }
    : { form: 'rate', level, rest, at, capacity, period_ms };
};

/** Milliseconds until a bucket holds an amount, not more than its capacity. */
export const refillTime = ({ level, rest, capacity, period_ms }: RateAccount, amount: number): number => {
  if (level >= amount) return 0;
  const { whole, rest: left } = divide(amount - level, period_ms, -rest, capacity);
  return left > 0 ? whole + 1 : whole;
};

/** Whole part and rest of (a · b + c) / d, exactly: products of amounts and times outgrow exact numbers. */
const divide = (a: number, b: number, c: number, d: number): { whole: number; rest: number } => {
  const product = a * b + c;
  if (Number.isSafeInteger(product)) return { whole: Math.floor(product / d), rest: product % d };
  const exact = BigInt(a) * BigInt(b) + BigInt(c);
  return { whole: Number(exact / BigInt(d)), rest: Number(exact % BigInt(d)) };
};
