import * as z from 'zod';
import { SESSION_STATES } from '../acknowledgement.ts';
import { Identifier } from '../identifiers.ts';
import { object, oneOf, Time, text } from './phrases.ts';

const listOf = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, { error: `must be a list of ${what}` });
const flag = z.boolean({ error: 'must be true or false' });
const number = z.number({ error: 'must be a number' });
const someFieldError = { error: 'must name at least one field' };
const someField = { minProperties: 1 };
/** How lists are compared says nothing by itself. */
const hasField = (value: object): boolean => Object.keys(value).some((key) => key !== 'exactly');

const wanted = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject(shape, object(Object.keys(shape).join(', ')))
    .partial()
    .refine(hasField, someFieldError)
    .meta(someField);

const WantedReason = wanted({
  policy_id: Identifier,
  revision: number,
  rule: text,
  code: text,
  effect: oneOf(['deny', 'escalate', 'modify', 'log', 'allow']),
  message: text,
  enforcement: oneOf(['warn', 'audit']),
});
const WantedObligation = wanted({
  type: oneOf(['approval', 'modify', 'withhold', 'log', 'alert', 'downgrade']),
  policy_id: Identifier,
  rule: text,
  limit: Identifier,
  phase: z.literal('after', { error: 'must be after' }),
  replace_with: z.unknown(),
  to: text,
  decision_policy: Identifier,
  approvers: listOf(Identifier, 'names'),
  deadline: Time,
});
const WantedLimit = wanted({
  policy_id: Identifier,
  limit: Identifier,
  key: text,
  used: number,
  reserved: number,
  remaining: number,
  retry_after_ms: number.nullable(),
});

/** What is wanted of an answer; which fields it has depends on what was done. */
export const PolicyTestExpectation = z
  .strictObject(
    {
      decision: flag,
      effect: oneOf(['allow', 'deny', 'escalate', 'modify']),
      reasons: listOf(WantedReason, 'reasons'),
      warnings: listOf(WantedReason, 'warnings'),
      obligations: listOf(WantedObligation, 'obligations'),
      limits: listOf(WantedLimit, 'limits'),
      exactly: flag.describe('Whether the lists that are given must hold nothing else'),
      settled: flag,
      value: z.unknown().describe('What may be passed on'),
      session_state: oneOf(SESSION_STATES),
      error: text.describe('The code of a refusal'),
    },
    object('what is wanted, such as effect or reasons'),
  )
  .partial()
  .refine(hasField, someFieldError)
  .meta(someField);
export type PolicyTestExpectation = z.infer<typeof PolicyTestExpectation>;
