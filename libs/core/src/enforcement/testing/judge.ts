import type { DecisionRequest, Enforcement, PolicyDocument } from '@edict/contracts';
import { checkDocument } from '../check-document.ts';
import { compilePolicySet, type PolicySet } from '../compile-policy-set.ts';
import { type Evaluation, evaluateRequest } from '../evaluate-request.ts';
import type { LiveDocument } from '../rules/compiled-document.ts';

/** A document of a kind with the envelope filled in; throws with its problems when it could not be saved. */
export const document = (
  kind: string,
  policy_id: string,
  rules: unknown,
  applies_to?: PolicyDocument['applies_to'],
): PolicyDocument => {
  const envelope = { policy_id, kind, schema_version: 1, description: 'for a test', rules };
  const checked = checkDocument(applies_to === undefined ? envelope : { ...envelope, applies_to });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.document;
};

export const guardrail = (rules: unknown, policy_id = 'guardrail.test') =>
  document('guardrail', policy_id, rules);
export const hooks = (rules: unknown, policy_id = 'hooks.test') => document('hooks', policy_id, rules);
export const access = (rules: unknown, policy_id = 'access.test') => document('access', policy_id, rules);

export const live = (
  document: PolicyDocument,
  enforcement: Enforcement = 'enforce',
  revision = 1,
): LiveDocument => ({
  policy_id: document.policy_id,
  kind: document.kind ?? 'decision',
  revision,
  hash: `sha256:${document.policy_id}@${revision}`,
  enforcement,
  document,
});

export const setOf = (
  documents: readonly (PolicyDocument | LiveDocument)[],
  ungoverned: 'allow' | 'deny' = 'deny',
): PolicySet =>
  compilePolicySet({
    ws: 'default',
    revision: 1,
    ungoverned,
    documents: documents.map((item) => ('document' in item ? item : live(item))),
  });

const TYPES: Readonly<Record<string, string>> = {
  'tool.invoke': 'tool',
  'net.connect': 'domain',
  'capability.use': 'capability',
  'model.use': 'model',
  'data.read': 'key',
};

/** A request of the agent `analyst`, unless told otherwise. */
export const request = (
  action: string,
  id: string,
  more: {
    readonly context?: Record<string, unknown>;
    readonly subject?: Partial<DecisionRequest['subject']>;
    readonly properties?: Record<string, unknown>;
  } = {},
): DecisionRequest => ({
  subject: { type: 'agent', id: 'analyst', ...more.subject },
  action: { name: action },
  resource: {
    type: TYPES[action] ?? 'thing',
    id,
    ...(more.properties === undefined ? {} : { properties: more.properties }),
  },
  ...(more.context === undefined ? {} : { context: more.context }),
});

export const judge = (set: PolicySet, asked: DecisionRequest, claimsTrusted = true): Evaluation =>
  evaluateRequest(set, { request: asked, ws: set.ws, at: 1_700_000_000_000, claimsTrusted });

export const codesOf = ({ reasons }: Evaluation): string[] => reasons.map(({ code }) => code);
