import type { RateAccount } from '@edict/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refill, refillTime } from './refill.ts';

const bucket = (level: number, capacity: number, period_ms: number): RateAccount => ({
  form: 'rate',
  level,
  rest: 0,
  at: 0,
  capacity,
  period_ms,
});

test('LO-11 a bucket refills by its capacity per period, continuously', () => {
  expect(refill(bucket(0, 60_000_000, 60_000), { capacity: 60_000_000, period_ms: 60_000 }, 500).level).toBe(
    500_000,
  );
});

test('repair: refilling loses no fraction, however often it is looked at', () => {
  const size = { capacity: 7_000_000, period_ms: 60_000 };
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 40 }), (pauses) => {
      let stepwise = bucket(0, size.capacity, size.period_ms);
      let at = 0;
      for (const pause of pauses) {
        at += pause;
        stepwise = refill(stepwise, size, at);
      }
      expect(stepwise).toEqual(refill(bucket(0, size.capacity, size.period_ms), size, at));
    }),
  );
});

test('amounts and periods whose product is no exact number any more refill exactly', () => {
  const size = { capacity: 1_000_000_000_000_001, period_ms: 86_400_000 };
  const half = refill(bucket(0, size.capacity, size.period_ms), size, 43_200_000);
  expect(half).toMatchObject({ level: 500_000_000_000_000, rest: 43_200_000 });
});

test('law: the time until an amount fits is the first millisecond at which it does', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000_000),
      fc.integer({ min: 1, max: 100_000 }),
      fc.nat(10_000_000),
      (level, period, more) => {
        const size = { capacity: 10_000_000, period_ms: period };
        const before = bucket(level, size.capacity, period);
        const amount = Math.min(size.capacity, level + more);
        const wait = refillTime(before, amount);
        expect(refill(before, size, wait).level).toBeGreaterThanOrEqual(amount);
        if (wait > 0) expect(refill(before, size, wait - 1).level).toBeLessThan(amount);
      },
    ),
  );
});
