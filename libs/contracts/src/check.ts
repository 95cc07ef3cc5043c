import type * as z from 'zod';
import type { Problem } from './codes.ts';
import { badRequest, excerpt, type Parsed, pointerExcerpt } from './json.ts';

/** Checks a value against a schema; the refusal names the first field that is wrong, its value and what is allowed. */
export const check = <T extends z.ZodType>(schema: T, value: unknown): Parsed<z.infer<T>> => {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const [problem] = problemsOf(result.error, value, 'BAD_REQUEST');
  return badRequest(problem?.path ?? '', problem?.message ?? 'not as the contract says');
};

/** Every issue of a failed check, each with a JSON pointer, the value found and what is allowed. */
export const problemsOf = (error: z.ZodError, value: unknown, code: string): Problem[] =>
  error.issues.flatMap((issue) => issueToProblems(issue, value, code));

const issueToProblems = (issue: z.core.$ZodIssue, value: unknown, code: string): Problem[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code,
      path: pointerExcerpt([...issue.path, key]),
      message: `${excerpt(key)} is not a known field`,
    }));
  }
  const path = pointerExcerpt(issue.path);
  const found = valueAt(value, issue.path);
  const shown = found === undefined ? 'is missing' : `is ${shownValue(found)}`;
  const name = issue.path.length === 0 ? 'the message' : excerpt(issue.path.join('.'));
  return [{ code, path, message: `${name} ${shown}: ${issue.message}`, allowed: issue.message }];
};

/** A text that reads like a value of another type, or like none, is called a text. */
const shownValue = (found: unknown): string =>
  typeof found === 'string' &&
  (Number.isFinite(Number(found)) || /^\s*(?:[[{]|(?:true|false|null)$)/.test(found))
    ? `the text "${excerpt(found)}"`
    : excerpt(found);

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
