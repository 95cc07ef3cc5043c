import * as z from 'zod';
import { BOUNDS, MICRO } from './bounds.ts';

/** Exact up to 10⁹: there the nearest whole number of millionths is certain, and dividing it rounds as reading does. */
const hasFewDecimals = (amount: number): boolean => Math.round(amount * MICRO) / MICRO === amount;

/** Whether a value is an {@link Amount}. */
export const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= BOUNDS.amount && hasFewDecimals(value);

/** A measured amount: 0 to 10⁹ with at most 6 decimals (contract §3). */
export const Amount = z
  .number({ error: 'must be a number from 0 to 1000000000' })
  .min(0, { error: 'must be a number from 0 to 1000000000' })
  .max(BOUNDS.amount, { error: 'must be a number from 0 to 1000000000' })
  .refine(hasFewDecimals, { error: 'must have at most 6 decimals' })
  .meta({ description: 'An amount from 0 to 10⁹ with at most 6 decimals' });
