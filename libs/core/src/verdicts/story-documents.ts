import type { DecisionRequest, PolicyDocument } from '@edict/contracts';
import type { LiveDocument } from '../enforcement/rules/compiled-document.ts';
import { documentHash } from '../policies/document-hash.ts';

/** Documents as a story gives them: the enforcement may differ from `enforce`. */
export type StoryDocument = PolicyDocument & { readonly enforcement?: LiveDocument['enforcement'] };

/** A limits document with these rules. */
export const limitsDocument = (
  rules: readonly unknown[],
  more: Partial<StoryDocument> = {},
): StoryDocument => ({
  policy_id: 'limits.agents',
  kind: 'limits',
  schema_version: 1,
  description: 'Spend and pace',
  rules,
  ...more,
});

/** A request of an agent to use a tool. */
export const toolRequest = (
  request_id: string,
  { id = 'analyst', tool = 'search', context, session }: ToolRequest = {},
): DecisionRequest => ({
  request_id,
  subject: { type: 'agent', id, ...(session === undefined ? {} : { properties: { session } }) },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: tool },
  ...(context === undefined ? {} : { context }),
});

interface ToolRequest {
  readonly id?: string;
  readonly tool?: string;
  readonly context?: DecisionRequest['context'];
  readonly session?: unknown;
}

/** A guardrail in which a transfer needs the approval of fraud and risk, and nothing else is restricted. */
export const approvalDocument = (entries: readonly unknown[] = [transferApproval()]): StoryDocument => ({
  policy_id: 'guardrail.payments',
  kind: 'guardrail',
  schema_version: 1,
  description: 'What payment agents may touch',
  rules: { tools: { require_approval: entries } },
});

export const transferApproval = (more: Readonly<Record<string, unknown>> = {}) => ({
  tool: 'transfer',
  decision_policy: 'policy.majority',
  approvers: ['fraud', 'risk'],
  within: '15m',
  ...more,
});

/** A decision policy as MACP descriptors are. */
export const votingDocument = (algorithm = 'majority', policy_id = 'policy.majority'): StoryDocument => ({
  policy_id,
  mode: 'macp.mode.decision.v1',
  schema_version: 3,
  description: 'Votes decide',
  rules: { voting: { algorithm } },
});

/** A document as it is in force since a revision. */
export const liveDocument = (
  { enforcement = 'enforce', ...document }: StoryDocument,
  revision: number,
): LiveDocument => ({
  policy_id: document.policy_id,
  kind: document.kind ?? 'decision',
  revision,
  hash: documentHash(document),
  enforcement,
  document,
});
