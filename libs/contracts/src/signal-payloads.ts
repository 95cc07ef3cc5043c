import * as z from 'zod';
import { isIdentifier } from './identifiers.ts';

const text = z.string({ error: 'must be a string' });
const notBlank = text.refine((value) => value.trim() !== '', { error: 'must not be blank' });
const name = notBlank.refine(isIdentifier, { error: 'must have at most 256 bytes, without U+0000' });
const optionalText = text.default('');
const word = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

export const RECOMMENDATIONS = ['APPROVE', 'REVIEW', 'BLOCK', 'REJECT'] as const;
export const VOTES = ['APPROVE', 'REJECT', 'ABSTAIN'] as const;
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];
export type VoteValue = (typeof VOTES)[number];
export type Severity = (typeof SEVERITIES)[number];

/** Bytes on the wire are a text in JSON, or an empty list. */
const bytes = z.union([text, z.array(z.unknown())], { error: 'must be a text or a list' });

export const ProposalPayload = z.strictObject({
  proposal_id: name,
  option: notBlank,
  rationale: optionalText,
  supporting_data: bytes.optional(),
});
export type ProposalPayload = z.infer<typeof ProposalPayload>;

const confidenceError = { error: 'must be a number from 0 to 1' };

export const EvaluationPayload = z.strictObject({
  proposal_id: notBlank,
  recommendation: word(RECOMMENDATIONS),
  confidence: z.number(confidenceError).min(0, confidenceError).max(1, confidenceError).default(0),
  reason: optionalText,
});
export type EvaluationPayload = z.infer<typeof EvaluationPayload>;

export const ObjectionPayload = z.strictObject({
  proposal_id: notBlank,
  severity: z
    .union([z.literal(''), word(SEVERITIES)], { error: `must be one of ${SEVERITIES.join(', ')}` })
    .default('')
    .transform((severity): Severity => (severity === '' ? 'medium' : severity)),
  reason: optionalText,
});
export type ObjectionPayload = z.infer<typeof ObjectionPayload>;

export const VotePayload = z.strictObject({
  proposal_id: notBlank,
  vote: word(VOTES),
  reason: optionalText,
});
export type VotePayload = z.infer<typeof VotePayload>;

const Supersedes = z.strictObject({
  session_id: notBlank,
  commitment_hash: text.regex(/^sha256:[0-9a-f]{64}$/, { error: 'must be sha256: and 64 hex digits' }),
});

/** Absent `outcome_positive` is false, as protobuf has it: a decline is never more than what was asked for. */
export const CommitmentPayload = z.strictObject({
  commitment_id: name,
  action: notBlank,
  authority_scope: notBlank,
  reason: notBlank,
  mode_version: optionalText,
  policy_version: optionalText,
  configuration_version: optionalText,
  outcome_positive: z.boolean({ error: 'must be true or false' }).default(false),
  supersedes: Supersedes.nullish(),
});
export type CommitmentPayload = z.infer<typeof CommitmentPayload>;

/** Of SessionSuspend, SessionResume and SessionCancel: why, in words. */
export const LifecyclePayload = z.strictObject({ reason: optionalText });

export const SESSION_BOUNDS = { participants: 1000, ttlMs: 86_400_000, suspendMs: 7 * 86_400_000 } as const;
const ttlError = { error: `must be a whole number from 1 to ${SESSION_BOUNDS.ttlMs}` };
const suspendError = { error: 'must be a whole number of at least 0' };
const rosterError = {
  error: `must be a list of at most ${SESSION_BOUNDS.participants} different names, none of them blank`,
};

/** A decision session may have no participants: then nobody may propose (macp §3.1). */
export const SessionStartPayload = z.strictObject({
  intent: optionalText,
  participants: z
    .array(name, rosterError)
    .max(SESSION_BOUNDS.participants, rosterError)
    .refine((names) => new Set(names.map((name) => name.trim())).size === names.length, rosterError)
    .default([]),
  mode_version: notBlank,
  configuration_version: notBlank,
  policy_version: optionalText,
  ttl_ms: z.int(ttlError).min(1, ttlError).max(SESSION_BOUNDS.ttlMs, ttlError),
  max_suspend_ms: z.int(suspendError).min(0, suspendError).default(0),
  context_id: optionalText,
  roots: z.array(z.unknown(), { error: 'must be a list' }).default([]),
  extensions: z.record(z.string(), z.unknown(), { error: 'must be an object' }).default({}),
});
export type SessionStartPayload = z.infer<typeof SessionStartPayload>;

/** Payload schemas of a decision session by message type. */
export const SIGNAL_PAYLOADS = {
  SessionStart: SessionStartPayload,
  Proposal: ProposalPayload,
  Evaluation: EvaluationPayload,
  Objection: ObjectionPayload,
  Vote: VotePayload,
  Commitment: CommitmentPayload,
  SessionSuspend: LifecyclePayload,
  SessionResume: LifecyclePayload,
  SessionCancel: LifecyclePayload,
} as const;
export type MessageType = keyof typeof SIGNAL_PAYLOADS;
