import * as z from 'zod';
import { Receipt } from './commit.ts';

const text = z.string().min(1);
const revision = z.int().min(0);
const time = z.iso.datetime();
const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const Effect = z.enum(['allow', 'deny', 'escalate']);
export type Effect = z.infer<typeof Effect>;
/** What a matching rule asks for; combined with deny > escalate > modify > log > allow. */
const RuleEffect = z.enum(['deny', 'escalate', 'modify', 'log', 'allow']);
export type RuleEffect = z.infer<typeof RuleEffect>;
export const Enforcement = z.enum(['enforce', 'warn', 'audit', 'off']);
export type Enforcement = z.infer<typeof Enforcement>;

const reason = {
  policy_id: text.exactOptional(),
  revision: revision.exactOptional(),
  rule: text.exactOptional(),
  code: text,
  effect: RuleEffect,
  message: z.string(),
};

/** Why a verdict is what it is: one matching rule. Reasons without a policy come from the engine itself. */
const Reason = z.object(reason).readonly();
export type Reason = z.infer<typeof Reason>;

/** What a document in `warn` or `audit` would have done. */
const Warning = z.object({ ...reason, enforcement: Enforcement.exactOptional() }).readonly();
export type Warning = z.infer<typeof Warning>;

const ofRule = { rule: text, policy_id: text };
const ofLimit = { limit: text, policy_id: text };
const afterwards = z.literal('after');

/** What an allowed caller still has to do, or wait for. */
const Obligation = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('approval'),
      decision_policy: text,
      session_id: text,
      approvers: listOf(text),
      deadline: time,
    })
    .readonly(),
  z.object({ type: z.literal('modify'), phase: afterwards, ...ofRule, replace_with: z.unknown() }).readonly(),
  z.object({ type: z.literal('withhold'), phase: afterwards, ...ofRule }).readonly(),
  z.object({ type: z.literal('log'), ...ofRule }).readonly(),
  z.object({ type: z.literal('alert'), ...ofLimit }).readonly(),
  z.object({ type: z.literal('downgrade'), ...ofLimit, to: text }).readonly(),
]);
export type Obligation = z.infer<typeof Obligation>;

/** A limit as this request sees it; amounts in the unit of the limit, not in millionths. */
const LimitStatus = z
  .object({
    ...ofLimit,
    key: z.string(),
    used: z.number(),
    reserved: z.number(),
    remaining: z.number(),
    retry_after_ms: z.number().nullable(),
  })
  .readonly();
export type LimitStatus = z.infer<typeof LimitStatus>;

const DocumentRef = z.object({ policy_id: text, revision, hash: text }).readonly();
export type DocumentRef = z.infer<typeof DocumentRef>;

const verdict = {
  request_id: text,
  decision: z.boolean(),
  effect: Effect,
  reasons: listOf(Reason),
  warnings: listOf(Warning),
  obligations: listOf(Obligation),
  limits: listOf(LimitStatus),
  reservation: z.object({ id: text, expires_at: time.nullable() }).readonly().nullable(),
  policies: z.object({ revision, documents: listOf(DocumentRef) }).readonly(),
  /** How many reasons, warnings and documents were left out of the lists; absent when none were. */
  omitted: z
    .object({ reasons: revision, warnings: revision, documents: revision })
    .readonly()
    .exactOptional(),
  issued_at: time,
};

/** A verdict as it is recorded: the reply without its receipt. Times are ISO 8601 UTC with milliseconds. */
const Verdict = z.object(verdict).readonly();
export type Verdict = z.infer<typeof Verdict>;

/** The reply to a decision request that was decided (contract §3). Fields may come that are not listed here. */
export const VerdictReply = z.object({ ...verdict, receipt: Receipt }).readonly();
export type VerdictReply = z.infer<typeof VerdictReply>;

/** The reply to a report of how allowed work ended (contract §3). */
export const OutcomeReply = z
  .object({
    request_id: text,
    settled: z.boolean(),
    effect: z.enum(['allow', 'modify', 'deny']),
    /** As it may be passed on; absent when none was reported or it is withheld. */
    value: z.unknown().optional(),
    limits: listOf(LimitStatus),
    receipt: Receipt,
  })
  .readonly();
export type OutcomeReply = z.infer<typeof OutcomeReply>;
