import { BOUNDS, partitionOf, principalKey } from '@edict/contracts';
import type { Edict } from '@edict/sdk';
import { changingDocument, decisionRequest } from '../workload/traffic.ts';
import type { Answer, Order } from './messages.ts';

type SavesOrder = Extract<Order, { kind: 'saves' }>;

/**
 * Saves a policy again and again and asks, as soon as a save is acknowledged, for one verdict of every partition under it.
 * Gives the milliseconds until the last of them, and those of the same questions when nothing was saved.
 */
export const measureSaves = async (
  edict: Edict,
  { workspace, count, rules }: SavesOrder,
): Promise<Omit<Extract<Answer, { kind: 'saves' }>, 'kind'>> => {
  const run = `saves-${Date.now()}`;
  const agents = onePerPartition(workspace);
  let asked = 0;
  const ask = async (revision: number | undefined): Promise<number> => {
    const began = performance.now();
    await Promise.all(
      agents.map(async (agent) => {
        const request = decisionRequest(run, asked++);
        const reply = await edict.decide({
          ...request,
          subject: { ...request.subject, id: agent },
          ...(revision !== undefined && { at_least_revision: revision }),
        });
        if (reply.error !== undefined) throw new Error(`a request was refused: ${reply.error.message}`);
      }),
    );
    return performance.now() - began;
  };
  const elapsedMs: number[] = [];
  const askedMs: number[] = [];
  for (let number = 0; number < count; number++) {
    const document = changingDocument(number, rules);
    const saved = await edict.policies.save(document, { actor: 'bench', reason: 'bench' });
    if (saved.error !== undefined) throw new Error(`a save was refused: ${saved.error.message}`);
    elapsedMs.push(await ask(saved.set_revision));
    askedMs.push(await ask(undefined));
  }
  return { elapsedMs, askedMs };
};

/** Together they need every worker: each partition is owned by one. */
const onePerPartition = (ws: string): string[] => {
  const agents = new Map<number, string>();
  for (let number = 0; agents.size < BOUNDS.partitions; number++) {
    const id = `agent-${number}`;
    agents.set(partitionOf(principalKey({ ws, type: 'agent', id }), BOUNDS.partitions), id);
  }
  return [...agents.values()];
};
