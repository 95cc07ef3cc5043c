/** The workspace that the load is in. */
export const WORKSPACE = 'faults';

/** What one agent may spend: about half of what the requests of one agent add up to. */
const BUDGET = 24;
export const REQUESTS_PER_AGENT = 20;

export const APPROVERS = ['fraud', 'risk', 'compliance'] as const;

const document = (policy_id: string, kind: string, description: string, rules: unknown) => ({
  policy_id,
  kind,
  schema_version: 1,
  description,
  rules,
});

const guardrail = document('guardrail.faults', 'guardrail', 'Tools of the load', {
  tools: {
    allowed_tools: ['pay.*', 'wire.out'],
    require_approval: [
      { tool: 'wire.out', decision_policy: 'policy.faults.majority', approvers: APPROVERS, within: '3s' },
    ],
  },
});

const limits = document('limits.faults', 'limits', 'What an agent may spend, and how fast', [
  {
    id: 'spend',
    measure: 'cost',
    key: ['agent'],
    budget: { limit: BUDGET, window: 'lifetime' },
    on_exceeded: 'reject',
    reserve_for: '2s',
  },
  {
    id: 'session',
    measure: 'cost',
    key: ['agent', 'session'],
    budget: { limit: BUDGET / 2, window: '5s' },
    on_exceeded: 'reject',
    reserve_for: '1s',
  },
  {
    id: 'pace',
    measure: 'requests',
    key: ['agent'],
    rate: { limit: 30, period: '10s' },
    stage: 'attempt',
    on_exceeded: 'reject',
  },
]);

const majority = {
  policy_id: 'policy.faults.majority',
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: 'A majority of two decides, one critical objection stops it',
  rules: {
    voting: { algorithm: 'majority', threshold: 0.5, quorum: { type: 'count', value: 2 } },
    objection_handling: { critical_severity_vetoes: true, veto_threshold: 1 },
    evaluation: { minimum_confidence: 0, required_before_voting: false },
    commitment: { authority: 'initiator_only', require_vote_quorum: true },
  },
};

/** What is in force before the load begins. */
export const POLICIES: readonly object[] = [majority, guardrail, limits];

/** A document that blocks one tool or another: verdicts on it tell under which revision they were made. */
export const flipping = (number: number) =>
  document('guardrail.flip', 'guardrail', `Revision ${number} of a change`, {
    tools: { blocked_tools: [number % 2 === 0 ? 'pay.flip' : `pay.none-${number}`] },
  });
