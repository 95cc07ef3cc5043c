import type { Random } from './random.ts';

export const WORKSPACES = ['w1', 'w2'] as const;
export const AGENTS = ['ada', 'bob', 'cleo'] as const;
export const APPROVERS = ['xena', 'yuri', 'zoe'] as const;
/** Is on no roster, and votes all the same. */
export const STRANGER = 'mallory';

const TOOLS = ['tool.read', 'tool.write', 'tool.send'];

/** Which tools there are; some of them need an approval. */
export const guardrail = (random: Random) => ({
  policy_id: 'guardrail.tools',
  kind: 'guardrail',
  schema_version: 1,
  description: `Tools, edition ${random.int(1, 1_000_000)}`,
  rules: {
    tools: {
      allowed_tools: TOOLS.filter(() => random.chance(0.85)).concat('tool.pay', 'tool.pair'),
      blocked_tools: random.chance(0.2) ? [random.pick(TOOLS)] : [],
      require_approval: [
        approval('tool.pay', 'votes.majority', APPROVERS, random),
        approval('tool.pair', 'votes.unanimous', APPROVERS.slice(0, 2), random),
        approval('tool.pair', 'votes.majority', APPROVERS, random),
      ],
    },
  },
});

const approval = (tool: string, decision_policy: string, approvers: readonly string[], random: Random) => ({
  tool,
  decision_policy,
  approvers,
  within: `${random.int(2, 8)}s`,
});

/** What each agent may spend, and how fast it may ask. */
export const limits = (random: Random) => ({
  policy_id: 'limits.agents',
  kind: 'limits',
  schema_version: 1,
  description: `Limits, edition ${random.int(1, 1_000_000)}`,
  rules: [
    {
      id: 'spend',
      measure: 'cost',
      key: ['agent'],
      budget: { limit: random.int(8, 40), window: random.pick(['lifetime', '10s', '1m']) },
      reserve_for: `${random.int(1, 4)}s`,
    },
    {
      id: 'tokens',
      measure: 'tokens',
      key: ['agent'],
      rate: { limit: random.int(100, 400), period: '10s' },
      reserve_for: '2s',
      on_exceeded: random.pick(['reject', 'alert']),
    },
    {
      id: 'pace',
      measure: 'requests',
      key: ['agent'],
      rate: { limit: random.int(5, 30), period: '5s' },
      stage: 'attempt',
    },
  ],
});

const MODE = 'macp.mode.decision.v1';

export const majority = (random: Random) => ({
  policy_id: 'votes.majority',
  mode: MODE,
  schema_version: 3,
  description: `Half of them, edition ${random.int(1, 1_000_000)}`,
  rules: {
    voting: { algorithm: 'majority', threshold: 0.5, quorum: { type: 'count', value: random.int(1, 3) } },
    objection_handling: { critical_severity_vetoes: true, veto_threshold: 1 },
    commitment: { require_vote_quorum: true },
  },
});

export const unanimity = (random: Random) => ({
  policy_id: 'votes.unanimous',
  mode: MODE,
  schema_version: 3,
  description: `Everybody, edition ${random.int(1, 1_000_000)}`,
  rules: { voting: { algorithm: 'unanimous' } },
});

/** A change that a client may make while requests flow. */
export const anyDocument = (random: Random): object =>
  random.weighted<(random: Random) => object>([
    [4, guardrail],
    [3, limits],
    [1, majority],
    [1, unanimity],
  ])(random);
