import { connectEdict } from '@edict/sdk';
import { pause } from '../eventually.ts';
import type { Random } from '../random.ts';
import { WORKSPACE } from './policies.ts';

/** Clients that leave requests at the intake and wait for no answer. */
export interface Submitters {
  /** How often something was sent. */
  sent(): number;
  /** Ends them once the broker has acknowledged each request; gives the ids of all. */
  finish(): Promise<readonly string[]>;
}

const LANES = 4;
const AGENTS = 8;
const TIMEOUT_MS = 1_000;
const AGAIN_MS = 50;
const MOST_BETWEEN_MS = 20;

export const startSubmitters = async (url: string, random: Random): Promise<Submitters> => {
  const edict = await connectEdict({ url, name: 'submitters', workspace: WORKSPACE });
  const ids: string[] = [];
  let goesOn = true;
  let sent = 0;
  const submit = async (number: number): Promise<boolean> => {
    sent += 1;
    const stored = await edict.submit.decide(requestNumber(number), { timeoutMs: TIMEOUT_MS });
    if (stored.error === undefined) return true;
    if (stored.error.retriable) return false;
    throw new Error(`a request was not stored: ${JSON.stringify(stored.error)}`);
  };
  const lane = async (draw: Random): Promise<void> => {
    while (goesOn) {
      const number = ids.length;
      ids.push(requestNumber(number).request_id);
      while (!(await submit(number))) await pause(AGAIN_MS);
      // Whoever is not sure sends it once more.
      if (draw.chance(0.1)) await submit(number);
      await pause(draw.between(0, MOST_BETWEEN_MS));
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, (_, name) => lane(random.fork(`submit ${name}`))));
  // Whoever finishes them hears of it.
  lanes.catch(() => undefined);
  return {
    sent: () => sent,
    finish: async () => {
      goesOn = false;
      await lanes.finally(() => edict.close());
      return ids;
    },
  };
};

const requestNumber = (number: number) => ({
  request_id: `left-${number}`,
  subject: { type: 'agent', id: `left-${Math.floor(number / 100)}-${number % AGENTS}` },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'pay.out' },
  context: { cost: 1 },
});
