import type { Exchange } from '@edict/checker';
import type { Verb } from '@edict/contracts';
import { pause } from '../eventually.ts';
import type { Client } from './clients.ts';

// biome-ignore lint/suspicious/noExplicitAny: the load reads replies as a stranger's client does.
export type Json = any;

/** A message that a client wants a final answer to. */
export interface Message {
  readonly verb: Verb;
  readonly body: Json;
}

/** Everything that was sent and told, and the way to send more. */
export interface History {
  readonly exchanges: Exchange[];
  /** Answers so far. */
  answered(): number;
  /** Sends once; the parsed reply, or `undefined` when none came. */
  ask(client: Client, message: Message): Promise<Json | undefined>;
  /**
   * Sends again under the same id until a final answer came, for so many milliseconds; `undefined` when none did.
   */
  askPatiently(client: Client, message: Message, patienceMs: number): Promise<Json | undefined>;
}

const ATTEMPT_MS = 2_000;
const AGAIN_MS = 50;

/** Milliseconds since 1970 that never go back. */
export const now = (): number => performance.timeOrigin + performance.now();

export const createHistory = (ws: string): History => {
  const exchanges: Exchange[] = [];
  let answers = 0;
  const ask: History['ask'] = async (client, { verb, body: message }) => {
    const body = JSON.stringify(message);
    const sentAt = now();
    const place = exchanges.push({ client: client.name, verb, ws, body, sentAt }) - 1;
    const text = await client.ask(verb, ws, body, ATTEMPT_MS);
    if (text === undefined) return undefined;
    exchanges[place] = { client: client.name, verb, ws, body, sentAt, reply: { body: text, at: now() } };
    answers += 1;
    return JSON.parse(text) as Json;
  };
  return {
    exchanges,
    answered: () => answers,
    ask,
    askPatiently: async (client, message, patienceMs) => {
      const end = now() + patienceMs;
      for (;;) {
        const reply = await ask(client, message);
        if (reply !== undefined && !(reply.error?.retriable ?? false)) return reply;
        if (now() > end) return undefined;
        await pause(AGAIN_MS);
      }
    },
  };
};
