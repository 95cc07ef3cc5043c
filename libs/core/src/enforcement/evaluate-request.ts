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
import { byPlace, byStrength, documentsOf, reasonsOf, sorted, warningsOf } from './explain.ts';
import { type EvaluationInput, viewRequest } from './request-view.ts';
import { dialectOf } from './rules/action-dialect.ts';
import type { Approval } from './rules/rule.ts';
import { settleDefaults } from './settle-defaults.ts';
import { sortOut } from './sort-out.ts';

/** What the rules of a set say on a request, limits aside. The lists are bounded; the effect considers all. */
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
  const collected = collectFindings(set.audiences.find(request.subject), viewRequest(input, value));
  const { inForce, errored, shadows } = sortOut(collected);
  const engine = settleDefaults(set, request, collected, inForce);
  sorted(inForce, byStrength);
  const effect = effectOf(engine, inForce);
  const warned = errored.length + shadows.length;
  const documents = documentsOf(inForce);
  return {
    effect,
    governed: collected.governed,
    reasons: reasonsOf(engine, inForce, id),
    warnings: warned === 0 ? NONE : warningsOf(errored, shadows, id),
    obligations: effect === 'deny' ? NONE : obligationsOf(inForce),
    approvals: effect === 'escalate' ? approvalsOf(inForce) : NONE,
    documents: documents.slice(0, BOUNDS.documents),
    omitted: omittedOf(engine.length + inForce.length, warned, documents.length),
  };
};

const NONE: readonly never[] = [];

const effectOf = (engine: readonly Reason[], sorted: readonly Finding[]): Effect => {
  if (engine.some(({ effect }) => effect === 'deny')) return 'deny';
  const strongest = sorted[0]?.source.effect;
  return strongest === 'deny' || strongest === 'escalate' ? strongest : 'allow';
};

/** What will apply, in the order of policy ids and rules: of several replacements the first, and none of a value withheld. */
const obligationsOf = (findings: readonly Finding[]): readonly Obligation[] => {
  const obliging = findings.filter(({ rule }) => rule?.obligation !== undefined);
  if (obliging.length === 0) return NONE;
  const withheld = obliging.some(({ rule }) => rule?.obligation?.type === 'withhold');
  let replaced = withheld;
  const obligations: Obligation[] = [];
  for (const { rule } of sorted(obliging, byPlace)) {
    const obligation = rule?.obligation as Obligation;
    if (obligation.type === 'modify' && replaced) continue;
    replaced ||= obligation.type === 'modify';
    obligations.push(obligation);
  }
  return obligations;
};

const approvalsOf = (sorted: readonly Finding[]): readonly Approval[] =>
  sorted.flatMap(({ rule }) => (rule?.approval === undefined ? [] : [rule.approval]));

const omittedOf = (reasons: number, warnings: number, documents: number): Omitted | undefined => {
  const omitted = {
    reasons: Math.max(0, reasons - BOUNDS.reasons),
    warnings: Math.max(0, warnings - BOUNDS.warnings),
    documents: Math.max(0, documents - BOUNDS.documents),
  };
  return omitted.reasons + omitted.warnings + omitted.documents === 0 ? undefined : omitted;
};
