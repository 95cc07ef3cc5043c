import type { Lane } from './load.ts';
import { flipping } from './policies.ts';

/** Saves a policy again and again, and lists what is in force. */
export const change: Lane = async ({ random, clients, goesOn, patient, history, learn, wait }) => {
  for (let number = 1; goesOn(); number++) {
    const body = {
      op: 'save',
      document: flipping(number),
      actor: 'load',
      reason: 'a change under load',
      request_id: `save-${number}`,
    };
    const reply = await patient(random.pick(clients), { verb: 'policy', body });
    if (typeof reply?.set_revision === 'number') learn(reply.set_revision);
    if (random.chance(0.2)) await history.ask(random.pick(clients), { verb: 'policy', body });
    if (random.chance(0.4)) await history.ask(random.pick(clients), { verb: 'policy', body: { op: 'list' } });
    await wait();
  }
};
