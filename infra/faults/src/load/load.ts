import { eventually, pause } from '../eventually.ts';
import type { Random } from '../random.ts';
import { approve } from './approvals.ts';
import { change } from './changes.ts';
import { type Client, connectClients } from './clients.ts';
import { createHistory, type History, type Json, type Message } from './history.ts';
import { POLICIES, WORKSPACE } from './policies.ts';
import { spend } from './spenders.ts';

/** What clients do until they are told to end; one message at a time. */
export type Lane = (tools: LaneTools) => Promise<void>;

export interface LaneTools {
  readonly history: History;
  readonly random: Random;
  readonly clients: readonly [Client, ...Client[]];
  goesOn(): boolean;
  /** Numbers that no other lane gets. */
  nextNumber(): number;
  /** The last set revision that a save was answered with. */
  revision(): number;
  learn(revision: number): void;
  /** Asks until there is an answer; what has none when patience ends is asked again when the load ends. */
  patient(client: Client, message: Message): Promise<Json | undefined>;
  /** A moment between two questions of one kind. */
  wait(): Promise<void>;
}

/** Clients that keep asking. */
export interface Load {
  readonly history: History;
  /** Settles when so many more messages have been answered. */
  answers(more: number): Promise<void>;
  /** Ends the load: each message without a final answer is asked again. Gives those that never got one. */
  finish(): Promise<readonly Message[]>;
  close(): Promise<void>;
}

const LANES: readonly Lane[] = [
  ...Array.from({ length: 24 }, () => spend),
  approve,
  approve,
  approve,
  change,
];
const PATIENCE_MS = 4_000;
const LAST_PATIENCE_MS = 30_000;

/**
 * Saves the policies of the load and starts its lanes on a deployment that is ready. A load that follows another one
 * begins with a number that the other did not come to.
 */
export const startLoad = async (url: string, random: Random, numbersFrom = 0): Promise<Load> => {
  const clients = await connectClients(url);
  const history = createHistory(WORKSPACE);
  let revision = 0;
  for (const document of POLICIES) {
    const body = { op: 'save', document, actor: 'load', reason: 'what the load asks about' };
    const reply = await history.askPatiently(clients[0], { verb: 'policy', body }, LAST_PATIENCE_MS);
    if (typeof reply?.set_revision !== 'number') throw new Error(`not saved: ${JSON.stringify(reply)}`);
    revision = reply.set_revision;
  }
  const unanswered: Message[] = [];
  let goesOn = true;
  let numbers = numbersFrom;
  const tools = (lane: number): LaneTools => ({
    history,
    random: random.fork(`lane ${lane}`),
    clients,
    goesOn: () => goesOn,
    nextNumber: () => numbers++,
    revision: () => revision,
    learn: (learnt) => {
      revision = Math.max(revision, learnt);
    },
    patient: async (client, message) => {
      const reply = await history.askPatiently(client, message, PATIENCE_MS);
      if (reply === undefined) unanswered.push(message);
      return reply;
    },
    wait: () => pause(100),
  });
  const lanes = Promise.all(LANES.map((lane, number) => lane(tools(number))));
  // Whoever finishes the load hears of it.
  lanes.catch(() => undefined);
  return {
    history,
    answers: (more) => {
      const wanted = history.answered() + more;
      return eventually(`${more} more answers`, () => history.answered() >= wanted, 60_000);
    },
    finish: async () => {
      goesOn = false;
      await lanes;
      const left = await Promise.all(
        unanswered.map(async (message) => {
          const reply = await history.askPatiently(clients[0], message, LAST_PATIENCE_MS);
          return reply === undefined ? [message] : [];
        }),
      );
      return left.flat();
    },
    close: async () => {
      goesOn = false;
      await Promise.all(clients.map((client) => client.close()));
    },
  };
};
