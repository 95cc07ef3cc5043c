import type { Measure } from '@edict/contracts';
import { type DecisionRequest, MICRO } from '@edict/contracts';

/** Whole millionths of an amount that the contract allows (at most 10⁹ with six decimals, so exact). */
export const toMicro = (amount: number): number => Math.round(amount * MICRO);

/** The amount that a number of millionths stands for. */
export const fromMicro = (micro: number): number => micro / MICRO;

/** A sum that stops at the largest exact number: an account that full never has room again. */
export const addMicro = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

/** What a request says that it needs, in millionths; `undefined` when it does not say. */
export const statedAmount = (measure: Measure, request: DecisionRequest): number | undefined => {
  if (measure === 'requests') return MICRO;
  const stated = request.context?.[measure];
  return stated === undefined ? undefined : toMicro(stated);
};
