import {
  BOUNDS,
  type DocumentRef,
  type Effect,
  type Obligation,
  type Reason,
  type Warning,
} from '@edict/contracts';
import { collectFindings, type Finding } from './collect-findings.ts';
import type { PolicySet } from './compile-policy-set.ts';
import { documentsOf, inOrder, reasonsOf, strongestFirst, warningsOf } from './explain.ts';
import { type EvaluationInput, viewRequest } from './request-view.ts';
import { dialectOf } from './rules/action-dialect.ts';
import type { Approval } from './rules/rule.ts';
import { settleDefaults } from './settle-defaults.ts';
import { sortOut } from './sort-out.ts';

/**
 * What the rules of a set say on a request, limits aside. What explains is bounded, and the effect considers all of it;
 * what is asked for is there in full, and a request is refused when that does not fit into a commit.
 */
export interface Evaluation {
  readonly effect: Effect;
  /** Whether any document in force speaks about the request. */
  readonly governed: boolean;
  /** Strongest first. */
  readonly reasons: readonly Reason[];
  /** What `warn` and `audit` documents would have done, and conditions that could not be evaluated. */
  readonly warnings: readonly Warning[];
  /** What an allow asks for and what will be done to the value; none with a denial. */
  readonly obligations: readonly Obligation[];
  /** Who has to agree; none with a denial. */
  readonly approvals: readonly Approval[];
  /** The documents behind the reasons. */
  readonly documents: readonly DocumentRef[];
  /** How many entries the lists leave out; `undefined` when none. */
  readonly omitted: Omitted | undefined;
}

export interface Omitted {
  readonly reasons: number;
  readonly warnings: number;
  readonly documents: number;
}

/** Judges a request by the rules of a set. Pure; the order of documents and rules changes nothing. */
export const evaluateRequest = (set: PolicySet, input: EvaluationInput): Evaluation => {
  const { request } = input;
  const id = request.resource.id;
  const value = dialectOf(request.action.name).normalise(id);
  const audiences = set.audiences.find(request.subject);
  const collected = collectFindings(audiences, viewRequest(input, value));
  const { inForce, errored, shadows } = sortOut(collected);
  const engine = settleDefaults(set.ungoverned, request, audiences, collected, inForce);
  const ranked = strongestFirst(inOrder(inForce));
  const effect = effectOf(engine, ranked);
  const warned = errored.length + shadows.length;
  const documents = documentsOf(ranked);
  return {
    effect,
    governed: collected.governed,
    reasons: reasonsOf(engine, ranked, id),
    warnings: warned === 0 ? NONE : warningsOf(errored, shadows, id),
    obligations: effect === 'deny' ? NONE : obligationsOf(inForce),
    approvals: effect === 'escalate' ? approvalsOf(ranked) : NONE,
    documents: documents.slice(0, BOUNDS.documents),
    omitted: omittedOf(engine.length + inForce.length, warned, documents.length),
  };
};

const NONE: readonly never[] = [];

const effectOf = (engine: readonly Reason[], ranked: readonly Finding[]): Effect => {
  if (engine.some(({ effect }) => effect === 'deny')) return 'deny';
  const strongest = ranked[0]?.source.effect;
  return strongest === 'deny' || strongest === 'escalate' ? strongest : 'allow';
};

/** What will apply, in the order of findings: of several replacements the first, and none of a value withheld. */
const obligationsOf = (findings: readonly Finding[]): readonly Obligation[] => {
  const obligations: Obligation[] = [];
  let replaced = findings.some(({ rule }) => rule?.obligation?.type === 'withhold');
  for (const { rule } of findings) {
    const obligation = rule?.obligation;
    if (obligation === undefined || (obligation.type === 'modify' && replaced)) continue;
    replaced ||= obligation.type === 'modify';
    obligations.push(obligation);
  }
  return obligations;
};

const approvalsOf = (ranked: readonly Finding[]): readonly Approval[] =>
  ranked.flatMap(({ rule }) => (rule?.approval === undefined ? [] : [rule.approval]));

const omittedOf = (reasons: number, warnings: number, documents: number): Omitted | undefined => {
  const omitted = {
    reasons: Math.max(0, reasons - BOUNDS.reasons),
    warnings: Math.max(0, warnings - BOUNDS.warnings),
    documents: Math.max(0, documents - BOUNDS.documents),
  };
  return omitted.reasons + omitted.warnings + omitted.documents === 0 ? undefined : omitted;
};
