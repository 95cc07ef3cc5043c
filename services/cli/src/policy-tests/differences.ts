import { isDeepStrictEqual } from 'node:util';
import type { PolicyTestExpectation } from '@edict/contracts';
import type { AnsweredError } from '../stop.ts';
import type { Answer } from './test-engine.ts';

/** Where an answer is not what was wanted. Without `wanted` it is too much, without `came` it is missing. */
export interface Difference {
  readonly field: string;
  readonly wanted?: unknown;
  readonly came?: unknown;
}

/** Everything that differs between an answer and what is wanted of it; an error that nobody wanted is one too. */
export const differences = (expected: PolicyTestExpectation | undefined, answer: Answer): Difference[] => {
  const { error: code, exactly = false, reasons, ...fields } = expected ?? {};
  const error = errorOf(answer);
  return [
    ...(code === error?.code ? [] : [difference('error', code, error?.code)]),
    ...Object.entries({ ...fields, ...(reasons && { reasons }) }).flatMap(([field, wanted]) => {
      const came = field === 'reasons' ? (answer['reasons'] ?? error?.reasons) : answer[field];
      if (LISTS.has(field))
        return listDifferences(field, wanted as Entry[], (came ?? []) as Entry[], exactly);
      return isDeepStrictEqual(came, wanted) ? [] : [difference(field, wanted, came)];
    }),
  ];
};

type Entry = Readonly<Record<string, unknown>>;

const LISTS = new Set(['reasons', 'warnings', 'obligations', 'limits']);

/** Why there is no other answer; nothing when there is one. */
export const errorOf = ({ error }: Answer): AnsweredError | undefined =>
  (error ?? undefined) as AnsweredError | undefined;

const difference = (field: string, wanted: unknown, came: unknown): Difference => ({
  field,
  ...(wanted !== undefined && { wanted }),
  ...(came !== undefined && { came }),
});

/** An empty list wants none; any other wants each of its entries to be there, and nothing else when it is exact. */
const listDifferences = (
  field: string,
  wanted: readonly Entry[],
  came: readonly Entry[],
  exactly: boolean,
): Difference[] => {
  const missing = wanted.filter((entry) => !came.some((each) => fits(entry, each)));
  const tooMuch =
    exactly || wanted.length === 0 ? came.filter((each) => !wanted.some((entry) => fits(entry, each))) : [];
  return [
    ...missing.map((entry) => ({ field, wanted: entry })),
    ...tooMuch.map((entry) => ({ field, came: entry })),
  ];
};

/** Whether an entry has every field that is wanted of it. */
const fits = (wanted: Entry, came: Entry): boolean =>
  Object.entries(wanted).every(([field, value]) => isDeepStrictEqual(came[field], value));
