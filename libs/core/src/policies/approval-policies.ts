import { type PolicyDocument, type Problem, pointer } from '@edict/contracts';
import { builtInDecisionPolicy } from '../sessions/policy/built-in.ts';
import { changeAsOf, liveChanges } from './as-of.ts';
import type { PolicyState } from './policy-state.ts';

/** What is wrong, or worth knowing, about a document beside the workspace's other policies. */
interface CrossCheck {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** An approval rule's reference to the decision policy that its votes follow. */
interface ApprovalReference {
  readonly decision_policy: string;
  /** JSON pointer to the reference in its document. */
  readonly path: string;
}

const NOTHING: CrossCheck = { problems: [], warnings: [] };

/**
 * Judges the references between approval rules and decision policies, whichever side is saved: one that decides
 * nothing (algorithm `none`) is refused, one that does not exist yet is a warning.
 */
export const checkAgainstOthers = (
  state: PolicyState,
  { kind, document }: { readonly kind: string; readonly document: PolicyDocument },
): CrossCheck => (kind === 'decision' ? checkReferrers(state, document) : checkReferences(state, document));

/** The ids of live policies whose approval rules follow a decision policy, ordered. */
export const referrersOf = (state: PolicyState, decisionPolicy: string): string[] =>
  liveChanges(state)
    .filter(({ saved }) =>
      approvalReferences(saved.document).some((reference) => reference.decision_policy === decisionPolicy),
    )
    .map(({ saved }) => saved.policy_id);

/** Every reference of a guardrail's approval rules; none for other kinds. */
const approvalReferences = (document: PolicyDocument): ApprovalReference[] =>
  document.kind === 'guardrail' ? referencesIn(document.rules, ['rules']) : [];

const referencesIn = (value: unknown, path: readonly string[]): ApprovalReference[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'require_approval' && Array.isArray(inner)
      ? inner.map((entry, i) => ({
          decision_policy: String((entry as { decision_policy?: unknown }).decision_policy),
          path: pointer([...path, key, i, 'decision_policy']),
        }))
      : referencesIn(inner, [...path, key]),
  );
};

const checkReferences = (state: PolicyState, document: PolicyDocument): CrossCheck => {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const { decision_policy, path } of approvalReferences(document)) {
    const target = decisionPolicyOf(state, decision_policy);
    if (target === undefined) warnings.push(missingWarning(decision_policy, path));
    else if (algorithmOf(target) === 'none') problems.push(undecidingProblem(decision_policy, path));
  }
  return { problems, warnings };
};

const checkReferrers = (state: PolicyState, document: PolicyDocument): CrossCheck => {
  if (algorithmOf(document) !== 'none') return NOTHING;
  const referrers = referrersOf(state, document.policy_id);
  if (referrers.length === 0) return NOTHING;
  const message = `rules.voting.algorithm is none, but approvals of ${referrers.join(', ')} are decided by ${document.policy_id}; a policy without a vote decides nothing`;
  const path = pointer(['rules', 'voting', 'algorithm']);
  return {
    problems: [{ code: 'POLICY_INVALID', path, message, allowed: 'an algorithm that votes' }],
    warnings: [],
  };
};

const decisionPolicyOf = (state: PolicyState, id: string): PolicyDocument | undefined => {
  const timeline = state.timelines.get(id);
  const change = timeline === undefined ? undefined : changeAsOf(timeline, {});
  const inForce = change?.live === true && change.enforcement === 'enforce';
  if (inForce && change.saved.kind === 'decision') return change.saved.document;
  return builtInDecisionPolicy(id);
};

const algorithmOf = ({ rules }: PolicyDocument): unknown =>
  (rules as { voting?: { algorithm?: unknown } }).voting?.algorithm ?? 'none';

const missingWarning = (id: string, path: string): Problem => ({
  code: 'APPROVAL_POLICY_MISSING',
  path,
  message: `no decision policy ${id} is in force; until one is, what this rule matches is denied`,
});

const undecidingProblem = (id: string, path: string): Problem => ({
  code: 'POLICY_INVALID',
  path,
  message: `decision_policy is ${id}, whose voting algorithm is none: it decides nothing`,
  allowed: 'a decision policy with an algorithm that votes',
});
