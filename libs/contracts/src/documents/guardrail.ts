import * as z from 'zod';
import { BOUNDS } from '../bounds.ts';
import { DURATION_PATTERN, parseDuration } from '../durations.ts';
import { Identifier } from '../identifiers.ts';
import { HOST_SENDER } from '../signal.ts';
import { SESSION_BOUNDS } from '../signal-payloads.ts';
import { documentOf, Pattern, PatternList, When } from './envelope.ts';

const isWithin = (text: string): boolean => {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= BOUNDS.escalationWithinMaxMs;
};
const withinError = { error: 'must be a duration such as 15m, at most 24h' };
const approversError = { error: `must be a list of 1 to ${SESSION_BOUNDS.participants} approvers` };
/** `edict` is nobody's sender name from outside, so such an approver could never answer (contract §6). */
const Approver = Identifier.refine((id) => id.trim() !== '', { error: 'must not be blank' }).refine(
  (id) => id.trim() !== HOST_SENDER,
  { error: `must not be ${HOST_SENDER}, which cannot vote` },
);

/** Who has to agree before matching work may go ahead, in which way and within which time. */
const approvalShape = {
  when: When.optional(),
  decision_policy: Identifier,
  approvers: z
    .array(Approver, approversError)
    .min(1, approversError)
    .max(SESSION_BOUNDS.participants, approversError)
    .refine((ids) => new Set(ids.map((id) => id.trim())).size === ids.length, {
      error: 'must name each approver once',
    }),
  within: z
    .string(withinError)
    .refine(isWithin, withinError)
    .meta({ pattern: DURATION_PATTERN, description: 'How long the approvers have, at most 24h' })
    .optional(),
} as const;

const approvals = <K extends string>(field: K) =>
  z.array(
    z.strictObject({ [field]: Pattern, ...approvalShape } as {
      [P in K]: typeof Pattern;
    } & typeof approvalShape),
    {
      error: 'must be a list of approval rules',
    },
  );

/** What an approval rule says, whatever field its pattern stands in. */
export interface ApprovalEntry {
  readonly when?: string | undefined;
  readonly decision_policy: string;
  readonly approvers: readonly string[];
  readonly within?: string | undefined;
}

const flag = z.boolean({ error: 'must be true or false' });
const section = { error: 'must be an object' };

const Tools = z.strictObject(
  {
    allowed_tools: PatternList.optional(),
    blocked_tools: PatternList.optional(),
    require_approval: approvals('tool').optional(),
  },
  section,
);

const Network = z.strictObject(
  {
    enabled: flag.optional(),
    require_tls: flag.optional(),
    allowed_domains: PatternList.optional(),
    blocked_domains: PatternList.optional(),
    require_approval: approvals('domain').optional(),
  },
  section,
);

const Filesystem = z.strictObject(
  {
    enabled: flag.optional(),
    allowed_paths: PatternList.optional(),
    blocked_paths: PatternList.optional(),
    allowed_extensions: PatternList.optional(),
  },
  section,
);

const Capabilities = z.strictObject(
  {
    allowed_capabilities: PatternList.optional(),
    blocked_capabilities: PatternList.optional(),
    require_approval: approvals('capability').optional(),
  },
  section,
);

const Models = z.strictObject(
  {
    allowed_providers: PatternList.optional(),
    allowed_models: PatternList.optional(),
    blocked_models: PatternList.optional(),
    require_approval: approvals('model').optional(),
  },
  section,
);

const Api = z.strictObject(
  { allowed_apis: PatternList.optional(), blocked_apis: PatternList.optional() },
  section,
);

const count = z
  .int({ error: 'must be a whole number from 1' })
  .min(1, { error: 'must be a whole number from 1' });
const Rate = z.strictObject({ max_per_minute: count.optional(), max_per_hour: count.optional() }, section);

const GuardrailRules = z.strictObject(
  {
    tools: Tools.optional(),
    permissions: z
      .strictObject({ network: Network.optional(), filesystem: Filesystem.optional() }, section)
      .optional(),
    capabilities: Capabilities.optional(),
    models: Models.optional(),
    api: Api.optional(),
    rate_limits: z.strictObject({ requests: Rate.optional(), tokens: Rate.optional() }, section).optional(),
  },
  section,
);
export type GuardrailRules = z.infer<typeof GuardrailRules>;

/** A guardrail: block lists, allow lists and approvals per section. Well-formed, which is not yet enforceable. */
export const GuardrailDocument = documentOf('guardrail', GuardrailRules);
export type GuardrailDocument = z.infer<typeof GuardrailDocument>;
