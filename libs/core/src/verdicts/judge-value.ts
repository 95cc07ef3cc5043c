import type { AfterJudgement, DecisionRequest, Reason } from '@edict/contracts';
import type { PolicySet } from '../enforcement/compile-policy-set.ts';
import { type AfterEvaluation, type Edit, evaluateAfter } from '../enforcement/evaluate-after.ts';
import { documentHash } from '../policies/document-hash.ts';

/** What a value is judged by. */
export interface ValueInput {
  readonly request: DecisionRequest;
  readonly ws: string;
  readonly at: number;
  readonly claimsTrusted: boolean;
  readonly value: unknown;
  /** The set that the verdict was made under. */
  readonly verdictSet: PolicySet;
  /** The set that is current. */
  readonly set: PolicySet;
}

/** The judgement as it is recorded, and the value as it may be passed on; a withheld one is absent. */
export interface JudgedValue {
  readonly judgement: AfterJudgement;
  readonly released?: { readonly value: unknown };
}

/** SHA-256 of a value's RFC 8785 form: all that is kept of it. */
export const valueHash = (value: unknown): string => documentHash(value);

/** Judges a value under the verdict's set, then what that leaves of it under the current one: the stricter holds. */
export const judgeValue = (input: ValueInput): JudgedValue => {
  const { request, ws, at, claimsTrusted, value, verdictSet, set } = input;
  const asked = { request, ws, at, claimsTrusted };
  const first = evaluateAfter(verdictSet, { ...asked, value });
  const stages = [first];
  if (set.revision !== verdictSet.revision && first.effect !== 'deny') {
    stages.push(evaluateAfter(set, { ...asked, value: first.value }));
  }
  const last = stages.at(-1) ?? first;
  const judged = {
    reasons: withoutRepeats(stages.flatMap(({ reasons }) => reasons)),
    verdict_set_revision: verdictSet.revision,
    set_revision: set.revision,
    at,
  };
  if (last.effect === 'deny') {
    return { judgement: { effect: 'deny', edits: [], result_sha256: null, ...judged } };
  }
  const edits = editsOf(stages);
  const effect = edits.length > 0 ? 'modify' : 'allow';
  const judgement: AfterJudgement = { effect, edits, result_sha256: valueHash(last.value), ...judged };
  return { judgement, released: { value: last.value } };
};

const editsOf = (stages: readonly AfterEvaluation[]): Edit[] => {
  const seen = new Map<string, Edit>();
  for (const { edits } of stages) {
    for (const edit of edits) seen.set(JSON.stringify([edit.policy_id, edit.rule, edit.path]), edit);
  }
  return [...seen.values()];
};

const withoutRepeats = (reasons: readonly Reason[]): Reason[] => {
  const seen = new Map<string, Reason>();
  for (const reason of reasons) {
    const key = JSON.stringify([reason.policy_id, reason.rule, reason.code, reason.effect]);
    if (!seen.has(key)) seen.set(key, reason);
  }
  return [...seen.values()];
};
