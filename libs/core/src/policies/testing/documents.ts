/** A guardrail that blocks some tools. */
export const guardrail = (policy_id: string, blocked_tools: readonly string[] = ['shell.*']) => ({
  policy_id,
  kind: 'guardrail',
  schema_version: 1,
  description: `blocks ${blocked_tools.join(', ')}`,
  rules: { tools: { blocked_tools } },
});

/** A guardrail with an approval rule that a decision policy decides. */
export const approvals = (policy_id: string, decision_policy: string) => ({
  policy_id,
  kind: 'guardrail',
  schema_version: 1,
  description: `transfers need ${decision_policy}`,
  rules: {
    tools: { require_approval: [{ tool: 'ledger.transfer', decision_policy, approvers: ['risk', 'fraud'] }] },
  },
});

/** A decision policy as the MACP guide writes it: a mode and no kind. */
export const voting = (policy_id: string, algorithm: string) => ({
  policy_id,
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: `decides by ${algorithm}`,
  rules: { voting: { algorithm } },
});
