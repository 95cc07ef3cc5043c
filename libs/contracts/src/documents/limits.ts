import * as z from 'zod';
import { Amount } from '../amount.ts';
import { BOUNDS } from '../bounds.ts';
import { DURATION_PATTERN, parseDuration } from '../durations.ts';
import { Identifier } from '../identifiers.ts';
import { documentOf } from './envelope.ts';

/** What a limit counts: one per request, or the request's `context.cost` or `context.tokens`. */
export const MEASURES = ['requests', 'cost', 'tokens'] as const;
export type Measure = (typeof MEASURES)[number];

/** What happens to a request that a limit has no room for. */
export const ON_EXCEEDED = ['reject', 'alert', 'downgrade'] as const;
export type OnExceeded = (typeof ON_EXCEEDED)[number];

/** When a limit is charged: with every request that is asked, or with those that are let through. */
export const LIMIT_STAGES = ['attempt', 'admission'] as const;
export type LimitStage = (typeof LIMIT_STAGES)[number];

const CONTEXT_FIELD = /^context\.[^.\p{Cc}]+$/u;
const KEY_ERROR = { error: 'must be agent, session, workspace or context.<field>' };
const DURATION_ERROR = { error: 'must be a duration such as 500ms, 30s, 1m, 1h or 1d' };

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

export const Duration = z
  .string(DURATION_ERROR)
  .refine((text) => parseDuration(text) !== undefined, DURATION_ERROR)
  .meta({ pattern: DURATION_PATTERN, examples: ['500ms', '30s', '1m', '1h', '1d'] });

const reserveForError = { error: 'must be a duration of at most 24h, such as 30s' };
const ReserveFor = z
  .string(reserveForError)
  .refine((text) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms <= BOUNDS.escalationWithinMaxMs;
  }, reserveForError)
  .meta({ pattern: DURATION_PATTERN, description: 'How long an unsettled reservation holds, at most 24h' });

const LimitKeyWord = z
  .string(KEY_ERROR)
  .refine((word) => ['agent', 'session', 'workspace'].includes(word) || CONTEXT_FIELD.test(word), KEY_ERROR)
  .meta({ pattern: '^(?:agent|session|workspace|context\\.[^.]+)$' });

const Budget = z.strictObject(
  { limit: Amount, window: z.union([z.literal('lifetime'), Duration], DURATION_ERROR) },
  { error: 'must be { limit, window }' },
);

const Rate = z.strictObject(
  { limit: Amount.gt(0, { error: 'must be above 0' }), period: Duration },
  { error: 'must be { limit, period }' },
);

const LimitFields = z.strictObject(
  {
    id: Identifier,
    measure: oneOf(MEASURES),
    key: z.array(LimitKeyWord, { error: 'must be a list of agent, session, workspace or context.<field>' }),
    budget: Budget.optional(),
    rate: Rate.optional(),
    /** Names of the actions that count; absent means every action. */
    actions: z
      .array(Identifier, { error: 'must be a list of action names' })
      .min(1, { error: 'must name at least one action' })
      .optional(),
    on_exceeded: oneOf(ON_EXCEEDED).optional(),
    downgrade_to: Identifier.optional(),
    stage: oneOf(LIMIT_STAGES).optional(),
    missing: oneOf(['shared', 'deny']).optional(),
    reserve_for: ReserveFor.optional(),
  },
  { error: 'must be an object' },
);

/** For schemas: exactly one of the two must be there. */
const needs = (field: string) => ({ type: 'object', properties: { [field]: {} }, required: [field] });

/** One rate or budget of a limits document (contract §4). */
export const LimitDocumentRule = LimitFields.superRefine((rule, context) => {
  const refuse = (path: string[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if ((rule.budget === undefined) === (rule.rate === undefined)) {
    refuse([], 'must have either a budget or a rate, not both');
  }
  const downgrades = rule.on_exceeded === 'downgrade';
  if (downgrades && rule.downgrade_to === undefined) {
    refuse(['downgrade_to'], 'must say what to use instead, because on_exceeded is downgrade');
  }
  if (!downgrades && rule.downgrade_to !== undefined) {
    refuse(['downgrade_to'], 'must be absent unless on_exceeded is downgrade');
  }
  if (rule.stage === 'attempt' && rule.reserve_for !== undefined) {
    refuse(['reserve_for'], 'must be absent: a limit on attempts is charged at once and reserves nothing');
  }
  if (new Set(rule.key).size < rule.key.length) refuse(['key'], 'must not name a key twice');
}).meta({ oneOf: [needs('budget'), needs('rate')] });
export type LimitDocumentRule = z.infer<typeof LimitDocumentRule>;

/** The rules of a limits document, each with an id of its own. */
export const LimitsRules = z
  .array(LimitDocumentRule, { error: 'must be a list of limits' })
  .superRefine((rules, context) => {
    const seen = new Set<string>();
    rules.forEach((rule, i) => {
      if (seen.has(rule.id)) {
        context.addIssue({ code: 'custom', path: [i, 'id'], message: 'must be unique in the document' });
      }
      seen.add(rule.id);
    });
  });
export type LimitsRules = z.infer<typeof LimitsRules>;

/** A whole limits document (contract §4). */
export const LimitsDocument = documentOf('limits', LimitsRules);
export type LimitsDocument = z.infer<typeof LimitsDocument>;
