import * as z from 'zod';
import { Identifier } from '../identifiers.ts';

/** The kinds of document that this build enforces. */
export const KINDS = ['guardrail', 'hooks', 'access', 'limits', 'decision'] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that the contract names and this build cannot enforce: refused as `UNSUPPORTED`, not as nonsense. */
export const PLANNED_KINDS: readonly string[] = ['profile', 'effective'];

/** The longest pattern of any list, in UTF-16 units. */
const PATTERN_LENGTH = 1024;

const patternError = { error: `must be a non-empty string of at most ${PATTERN_LENGTH} characters` };

/** A pattern as text; which form it may have is up to the dialect of the place where it stands. */
export const Pattern = z.string(patternError).min(1, patternError).max(PATTERN_LENGTH, patternError);

/** A list of patterns; an empty one restricts nothing. */
export const PatternList = z.array(Pattern, { error: 'must be a list of patterns' });

/** A condition as text: CEL over `subject`, `action`, `resource`, `context` and `now` (contract §4). */
export const When = z
  .string({ error: 'must be a CEL expression' })
  .min(1, { error: 'must be a CEL expression' })
  .describe('A CEL expression over subject, action, resource, context and now');

const nonEmpty = { error: 'must be a list with at least one entry; leave it out to mean everybody' };

/** Whom a document is for: all given parts must fit; an absent part, or an absent selector, fits everybody. */
export const AppliesTo = z.strictObject(
  {
    subjects: z.array(Pattern, nonEmpty).min(1, nonEmpty).optional(),
    types: z.array(Identifier, nonEmpty).min(1, nonEmpty).optional(),
    workspaces: z.array(Pattern, nonEmpty).min(1, nonEmpty).optional(),
  },
  { error: 'must be an object with subjects, types or workspaces' },
);
export type AppliesTo = z.infer<typeof AppliesTo>;

const versionError = { error: 'must be a whole number from 1' };

/** What every document carries besides its rules. */
const envelopeShape = {
  policy_id: Identifier,
  schema_version: z.int(versionError).min(1, versionError),
  description: z.string({ error: 'must be a string' }),
  applies_to: AppliesTo.optional(),
} as const;

/** The closed schema of a document of one kind, from the schema of its rules. */
export const documentOf = <K extends Kind, R extends z.ZodType>(kind: K, rules: R) =>
  z.strictObject(
    { ...envelopeShape, kind: z.literal(kind, { error: `must be ${kind}` }), rules },
    { error: 'must be an object' },
  );

/**
 * A document of any kind, as it was accepted: the caller's own JSON, nothing added or filled in.
 * A MACP descriptor has `mode` and no `kind`; it counts as kind `decision`.
 */
export interface PolicyDocument {
  readonly policy_id: string;
  readonly kind?: Kind | undefined;
  readonly mode?: string | undefined;
  readonly schema_version: number;
  readonly description: string;
  readonly applies_to?: AppliesTo | undefined;
  readonly rules: unknown;
}
