import { verbAddress } from '@edict/contracts';
import type { Bus } from './bus.ts';

/** The documents that end-to-end tests save: what tools there are, and what each agent may spend. */
export const guardrail = (allowed: readonly string[], blocked: readonly string[] = []) => ({
  policy_id: 'guardrail.e2e',
  kind: 'guardrail',
  schema_version: 1,
  description: 'Tools of the end-to-end tests',
  rules: { tools: { allowed_tools: allowed, blocked_tools: blocked } },
});

export const budget = (limit: number) => ({
  policy_id: 'limits.e2e',
  kind: 'limits',
  schema_version: 1,
  description: 'What an agent may spend',
  rules: [
    {
      id: 'spend',
      measure: 'cost',
      key: ['agent'],
      budget: { limit, window: 'lifetime' },
      on_exceeded: 'reject',
    },
  ],
});

/** Asks whether an agent may use a tool. */
export const toolRequest = (requestId: string, agent: string, tool: string, cost = 0) => ({
  request_id: requestId,
  subject: { type: 'agent', id: agent },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: tool },
  context: { cost },
});

/** Saves a document and gives the set revision from which on it is in force; throws what refused it. */
export const savePolicy = async (bus: Bus, ws: string, document: unknown): Promise<number> => {
  const { text, body } = await bus.ask(verbAddress('policy', ws), {
    op: 'save',
    document,
    actor: 'e2e',
    reason: 'end-to-end test',
  });
  if (typeof body.set_revision !== 'number') throw new Error(`the policy was not saved: ${text}`);
  return body.set_revision;
};
