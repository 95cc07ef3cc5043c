import type { Edict } from '@edict/sdk';
import { changingDocument, decisionRequest } from './traffic.ts';

/**
 * Saves a policy again and again and asks, as soon as a save is acknowledged, for a verdict under it. Gives the
 * milliseconds between the acknowledgement and that verdict: a request's own time is part of each.
 */
export const measureSaves = async (edict: Edict, count: number): Promise<number[]> => {
  const run = `saves-${Date.now()}`;
  const elapsedMs: number[] = [];
  for (let number = 0; number < count; number++) {
    const saved = await edict.policies.save(changingDocument(number), { actor: 'bench', reason: 'bench' });
    if (saved.error !== undefined) throw new Error(`a save was refused: ${saved.error.message}`);
    const began = performance.now();
    const reply = await edict.decide({
      ...decisionRequest(run, number),
      at_least_revision: saved.set_revision,
    });
    if (reply.error !== undefined) throw new Error(`a request was refused: ${reply.error.message}`);
    elapsedMs.push(performance.now() - began);
  }
  return elapsedMs;
};
