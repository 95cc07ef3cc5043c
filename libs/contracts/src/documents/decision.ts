import * as z from 'zod';
import { Identifier } from '../identifiers.ts';

/** The one coordination mode that decision documents govern here, and the word for every mode. */
export const DECISION_MODE = 'macp.mode.decision.v1';
export const EVERY_MODE = '*';

export const ALGORITHMS = [
  'none',
  'majority',
  'supermajority',
  'unanimous',
  'weighted',
  'plurality',
] as const;
export const CRITICAL_ACTIONS = ['deny', 'finalize_decline', 'hold'] as const;
export const AUTHORITIES = ['initiator_only', 'any_participant', 'designated_role'] as const;
const QUORUM_TYPES = ['count', 'percentage'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export type CriticalAction = (typeof CRITICAL_ACTIONS)[number];
export type Authority = (typeof AUTHORITIES)[number];

/** The id of the policy that holds when none is named, and the prefix of the profiles that everybody has. */
export const DEFAULT_DECISION_POLICY = 'policy.default';
export const STANDARD_POLICY_PREFIX = 'policy.std.';

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });
const flag = z.boolean({ error: 'must be true or false' });
const shareError = { error: 'must be a number above 0 and at most 1' };
const share = z.number(shareError).gt(0, shareError).max(1, shareError);
const confidenceError = { error: 'must be a number from 0 to 1' };
const countError = { error: 'must be a whole number of at least 1' };
const quorumError = { error: 'must be a number of at least 0' };
const weightError = { error: 'must be a number above 0' };
const object = { error: 'must be an object' };

const Voting = z.strictObject(
  {
    algorithm: oneOf(ALGORITHMS).optional(),
    threshold: share.optional(),
    quorum: z
      .strictObject(
        { type: oneOf(QUORUM_TYPES).optional(), value: z.number(quorumError).min(0, quorumError).optional() },
        object,
      )
      .optional(),
    weights: z.record(z.string(), z.number(weightError).gt(0, weightError), object).optional(),
  },
  object,
);

const ObjectionHandling = z.strictObject(
  {
    critical_severity_vetoes: flag.optional(),
    veto_threshold: z.int(countError).min(1, countError).optional(),
    critical_objection_action: oneOf(CRITICAL_ACTIONS).optional(),
  },
  object,
);

const EvaluationRules = z.strictObject(
  {
    minimum_confidence: z.number(confidenceError).min(0, confidenceError).max(1, confidenceError).optional(),
    required_before_voting: flag.optional(),
  },
  object,
);

const CommitmentRules = z.strictObject(
  {
    authority: oneOf(AUTHORITIES).optional(),
    designated_roles: z.array(Identifier, { error: 'must be a list of sender ids' }).optional(),
    require_vote_quorum: flag.optional(),
    allow_decline_over_approval: flag.optional(),
  },
  object,
);

/** How a session may end: votes, objections, evaluations, and who commits (macp §1.3). Everything is optional. */
export const DecisionRules = z.strictObject(
  {
    voting: Voting.optional(),
    objection_handling: ObjectionHandling.optional(),
    evaluation: EvaluationRules.optional(),
    commitment: CommitmentRules.optional(),
  },
  { error: 'must be an object with voting, objection_handling, evaluation and commitment' },
);
export type DecisionRules = z.infer<typeof DecisionRules>;

const versionError = { error: 'must be 1, 2 or 3' };

/**
 * A decision document: the MACP policy descriptor as it stands (macp §1.1), or the same with `kind: decision`.
 * It is checked without its annotations: keys that begin with `_` or `$`, legal on every closed level.
 */
export const DecisionDocument = z.strictObject({
  policy_id: Identifier,
  kind: z.literal('decision', { error: 'must be decision' }).optional(),
  mode: z.string({ error: `must be ${DECISION_MODE} or ${EVERY_MODE}` }).optional(),
  schema_version: z.int(versionError).min(1, versionError).max(3, versionError),
  description: z.string({ error: 'must be a text' }),
  rules: DecisionRules,
  registered_at_unix_ms: z.int({ error: 'must be milliseconds since 1970' }).min(0).optional(),
});
export type DecisionDocument = z.infer<typeof DecisionDocument>;

const isAnnotation = (key: string): boolean => key.startsWith('_') || key.startsWith('$');

/** A decision document without its annotations. The map of weights is open, so its keys are participants, all of them. */
export const withoutAnnotations = (value: unknown): unknown => strip(value, false);

const strip = (value: unknown, open: boolean): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => open || !isAnnotation(key))
      .map(([key, inner]) => [key, strip(inner, key === 'weights')]),
  );
};
