import type { Reason, Warning } from '@edict/contracts';
import { collectFindings, type Finding } from './collect-findings.ts';
import type { PolicySet } from './compile-policy-set.ts';
import { inOrder, reasonsOf, strongestFirst, warningsOf } from './explain.ts';
import { type EvaluationInput, viewRequest } from './request-view.ts';
import { dialectOf } from './rules/action-dialect.ts';
import { sortOut } from './sort-out.ts';

export interface AfterInput extends EvaluationInput {
  /** The value that the work brought; it appears nowhere but in the result. */
  readonly value: unknown;
}

/** A change that was made to a value. */
export interface Edit {
  readonly policy_id: string;
  readonly rule: string;
  /** JSON pointer into the value; the empty one is the whole of it. */
  readonly path: string;
}

/** What may be passed on of a value. A `deny` withholds it: there is no `value` then. */
export interface AfterEvaluation {
  readonly effect: 'allow' | 'modify' | 'deny';
  readonly value?: unknown;
  readonly edits: readonly Edit[];
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Warning[];
}

/**
 * Judges a value by the after rules of a set. Each modify replaces the whole value, so of several the first in the
 * order of policy ids and rules takes effect, and the others show among the reasons only (seeds §6.4).
 */
export const evaluateAfter = (set: PolicySet, input: AfterInput): AfterEvaluation => {
  const { request, value } = input;
  const id = request.resource.id;
  const view = viewRequest(input, dialectOf(request.action.name).normalise(id));
  const collected = collectFindings(set.audiences.find(request.subject), view);
  const after = collected.findings.filter(({ rule }) => rule?.phase === 'after');
  const { inForce, errored, shadows } = sortOut({ ...collected, findings: after });
  const said = {
    reasons: reasonsOf([], strongestFirst(inOrder(inForce)), id),
    warnings: warningsOf(errored, shadows, id),
  };
  if (inForce.some(({ rule }) => rule?.obligation?.type === 'withhold')) {
    return { effect: 'deny', edits: [], ...said };
  }
  const first = inForce.find(replaces);
  if (first === undefined) return { effect: 'allow', value, edits: [], ...said };
  const edit = { policy_id: first.source.document.policy_id, rule: first.source.rule, path: '' };
  return { effect: 'modify', value: replacementOf(first), edits: [edit], ...said };
};

const replaces = ({ rule }: Finding): boolean => rule?.obligation?.type === 'modify';

const replacementOf = ({ rule }: Finding): unknown =>
  rule?.obligation?.type === 'modify' ? rule.obligation.replace_with : undefined;
