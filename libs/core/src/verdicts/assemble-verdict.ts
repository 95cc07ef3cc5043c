import {
  BOUNDS,
  type DocumentRef,
  type Effect,
  isoTime,
  type Obligation,
  type Reason,
  type RuleEffect,
  type Verdict,
  type Warning,
} from '@edict/contracts';
import type { Evaluation } from '../enforcement/evaluate-request.ts';
import type { LimitOutcome } from '../enforcement/limits/apply-limits.ts';

/** What a verdict is put together from. */
export interface VerdictParts {
  readonly requestId: string;
  readonly effect: Effect;
  readonly evaluation: Evaluation;
  readonly limits: LimitOutcome;
  readonly setRevision: number;
  readonly at: number;
  readonly reservation: Verdict['reservation'];
  /** What the engine itself adds to what rules and limits say. */
  readonly reasons?: readonly Reason[] | undefined;
  readonly obligations?: readonly Obligation[] | undefined;
  readonly documents?: readonly DocumentRef[] | undefined;
}

const RANK: Readonly<Record<RuleEffect, number>> = { deny: 0, escalate: 1, modify: 2, log: 3, allow: 4 };

/** The verdict as it is recorded. The lists are bounded, strongest first; the effect has considered everything. */
export const assembleVerdict = (parts: VerdictParts): Verdict => {
  const { requestId, effect, evaluation, limits, setRevision, at, reservation } = parts;
  const reasons = merge(evaluation.reasons, limits.reasons, parts.reasons, BOUNDS.reasons, strongestFirst);
  const warnings = merge<Warning>(
    evaluation.warnings,
    limits.warnings,
    undefined,
    BOUNDS.warnings,
    strongestFirst,
  );
  const documents = merge(
    evaluation.documents,
    limits.documents,
    parts.documents,
    BOUNDS.documents,
    withoutRepeats,
  );
  const left = evaluation.omitted;
  const omitted = {
    reasons: (left?.reasons ?? 0) + reasons.omitted,
    warnings: (left?.warnings ?? 0) + warnings.omitted,
    documents: (left?.documents ?? 0) + documents.omitted,
  };
  const verdict: Verdict = {
    request_id: requestId,
    decision: effect === 'allow',
    effect,
    reasons: reasons.list,
    warnings: warnings.list,
    obligations: obligationsOf(effect, evaluation, limits, parts.obligations),
    limits: limits.statuses,
    reservation,
    policies: { revision: setRevision, documents: documents.list },
    issued_at: isoTime(at),
  };
  const incomplete = omitted.reasons + omitted.warnings + omitted.documents > 0;
  return incomplete ? { ...verdict, omitted } : verdict;
};

/** A denial asks for nothing but a record: there is no work that could be changed or downgraded. */
const obligationsOf = (
  effect: Effect,
  evaluation: Evaluation,
  limits: LimitOutcome,
  added: readonly Obligation[] | undefined,
): readonly Obligation[] => {
  if (effect === 'deny') return evaluation.obligations.filter(({ type }) => type === 'log');
  if (limits.obligations.length === 0 && added === undefined) return evaluation.obligations;
  return [...(added ?? []), ...evaluation.obligations, ...limits.obligations];
};

/** Joins lists only when there is something to join: most verdicts take the evaluation's list as it is. */
const merge = <T>(
  first: readonly T[],
  second: readonly T[],
  third: readonly T[] | undefined,
  most: number,
  arrange: (all: T[]) => T[],
): { list: readonly T[]; omitted: number } => {
  if (second.length === 0 && third === undefined && first.length <= most) return { list: first, omitted: 0 };
  const all = arrange([...(third ?? []), ...second, ...first]);
  return { list: all.slice(0, most), omitted: Math.max(0, all.length - most) };
};

const strongestFirst = <T extends Reason>(reasons: T[]): T[] =>
  reasons.sort((a, b) => RANK[a.effect] - RANK[b.effect]);

/** The first of each policy; few documents have a say in one verdict, so they are looked through. */
const withoutRepeats = (documents: DocumentRef[]): DocumentRef[] =>
  documents.filter(
    ({ policy_id }, i) => documents.findIndex((document) => document.policy_id === policy_id) === i,
  );
