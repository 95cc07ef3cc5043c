/** What the responder of the bench listens on, and where it keeps its records. */
export const ECHO_SUBJECT = 'bench.echo';
export const RECORDED_SUBJECT = 'bench.recorded';
export const RECORD_STREAM = 'BENCH_RECORDS';
export const RECORD_SUBJECT = 'bench.record';
/** What is recorded for a request when nothing is decided: as long as a verdict with its request. */
export const RECORD_BYTES = 860;

export const WORKSPACE = 'bench';
/** The same policies, and a budget per agent. */
export const BUDGET_WORKSPACE = 'bench-budget';

/** Enough agents that each of the eight partitions has several. */
const AGENTS = 64;
const EXACT_TOOLS = 450;
const TOOL_GROUPS = 50;
const BLOCKED_DOCUMENTS = 5;
const BLOCKED_TOOLS = 90;
const BLOCKED_GROUPS = 10;

/** The nth request of a run, about 260 bytes as JSON; `run` keeps the ids of two runs apart. */
export const decisionRequest = (run: string, number: number, agents = AGENTS) => ({
  request_id: `${run}-${number}`,
  subject: {
    type: 'agent',
    id: `agent-${number % agents}`,
    properties: { session: 's-1', team: 'payments' },
  },
  action: { name: 'tool.invoke' },
  // A step that shares no factor with the number of agents, so that agents and tools meet in all ways.
  resource: { type: 'tool', id: allowedTool(number * 7), properties: { region: 'eu-central' } },
  context: { protocol: 'https', cost: 0.01 },
});

/** One of the allowed tools: nine of ten by their name, the others by the pattern of their group. */
const allowedTool = (number: number): string =>
  number % 10 === 9 ? `group-${number % TOOL_GROUPS}.read` : `tool-${number % EXACT_TOOLS}.run`;

const names = (count: number, name: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, number) => name(number));

const guardrail = (policy_id: string, tools: Readonly<Record<string, readonly string[]>>) => ({
  policy_id,
  kind: 'guardrail',
  schema_version: 1,
  description: 'Tools of the bench',
  rules: { tools },
});

/** 1,000 guardrail rules in six documents: 500 allow, 500 block, a tenth of them patterns. */
export const guardrailDocuments = () => [
  guardrail('guardrail.allowed', {
    allowed_tools: [
      ...names(EXACT_TOOLS, (number) => `tool-${number}.run`),
      ...names(TOOL_GROUPS, (number) => `group-${number}.*`),
    ],
  }),
  ...Array.from({ length: BLOCKED_DOCUMENTS }, (_, document) =>
    guardrail(`guardrail.blocked-${document}`, {
      blocked_tools: [
        ...names(BLOCKED_TOOLS, (number) => `blocked-${document}-${number}.run`),
        ...names(BLOCKED_GROUPS, (number) => `danger-${document}-${number}.*`),
      ],
    }),
  ),
];

/** A budget per agent that the bench can't exhaust. Each verdict reserves from it for that many seconds. */
export const budgetDocument = (reserveSeconds: number) => ({
  policy_id: 'limits.bench',
  kind: 'limits',
  schema_version: 1,
  description: 'A budget for each agent',
  rules: [
    {
      id: 'spend',
      measure: 'cost',
      key: ['agent'],
      budget: { limit: 1_000_000_000, window: 'lifetime' },
      on_exceeded: 'reject',
      reserve_for: `${reserveSeconds}s`,
    },
  ],
});

/** A document for one agent of the load, with a budget that the bench can't exhaust. */
export const agentBudget = (agent: number) => ({
  ...budgetDocument(30),
  policy_id: `limits.agent-${agent}`,
  applies_to: { subjects: [`agent-${agent}`] },
});

/** A document that changes with its number and bears on no request of the load; so many rules, one of them new. */
export const changingDocument = (number: number, rules: number) =>
  guardrail('guardrail.changing', {
    blocked_tools: [`changing-${number}.run`, ...names(rules - 1, (index) => `kept-${index}.run`)],
  });

/** Documents of one rule each that bear on no request of the load. */
export const smallDocuments = (count: number) =>
  names(count, (index) => `guardrail.small-${index}`).map((policy_id, index) =>
    guardrail(policy_id, { blocked_tools: [`small-${index}.run`] }),
  );

/** The smallest set of rules that allows everything that the load asks for. */
export const openDocument = () => guardrail('guardrail.allowed', { allowed_tools: ['tool-*', 'group-*'] });

/** So many rules in one document that bear on no request of the load. */
export const manyRules = (count: number) =>
  guardrail('guardrail.many', { blocked_tools: names(count, (index) => `many-${index}.run`) });
