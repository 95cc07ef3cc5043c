import type { Exchange } from '@edict/checker';
import { boundAddress, type Verb, verbAddress } from '@edict/contracts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

/** A message as a client means to send it. */
export interface Question {
  readonly verb: Verb;
  readonly ws: string;
  readonly body: Fields;
  /** Sent at the agent's own address. */
  readonly as?: string;
}

export type Fields = { readonly [key: string]: unknown };

/** Somebody who sends messages and writes down what was sent and what came back. */
export interface Client {
  readonly name: string;
  /** Settles with the reply, or with nothing when none came in time. */
  ask(question: Question): Promise<Fields | undefined>;
}

/** The history of all clients. An exchange is completed when its reply comes. */
export type History = { -readonly [K in keyof Exchange]: Exchange[K] }[];

const PATIENCE_MS = 5_500;

export const createClient = (name: string, world: World, network: Network, history: History): Client => ({
  name,
  ask: ({ verb, ws, body, as }) =>
    new Promise((resolve) => {
      const text = JSON.stringify(body);
      const exchange: History[number] = { client: name, verb, ws, body: text, sentAt: world.now() };
      history.push(exchange);
      world.tell(name, () => `${verb} ${ws} ${describe(body)}`);
      const subject = as === undefined ? verbAddress(verb, ws) : boundAddress(as, verb, ws);
      const onCopy = (): void =>
        void history.push({ client: `${name}'s copy`, verb, ws, body: text, sentAt: world.now() });
      network.ask({ subject, text, timeoutMs: PATIENCE_MS, onCopy }, (reply) => {
        world.tell(
          name,
          () => `${verb} ${ws} ${describe(body)} → ${reply === undefined ? 'nothing' : outcome(reply)}`,
        );
        if (reply !== undefined) exchange.reply = { body: reply, at: world.now() };
        resolve(reply === undefined ? undefined : (JSON.parse(reply) as Fields));
      });
    }),
});

/** A message in a few words, for the story. */
const describe = (body: Fields): string => {
  const { op, document, policy_id, message_type, session_id, sender, payload } = body;
  if (op !== undefined) return `${op} ${(document as Fields | undefined)?.['policy_id'] ?? policy_id ?? ''}`;
  if (message_type !== undefined) {
    const vote = (payload as Fields)['vote'] ?? '';
    return `${message_type} ${vote} by ${sender} in ${String(session_id).slice(0, 12)}`;
  }
  const { request_id, subject, resource, outcome: ended, context, at_least_revision: least } = body;
  const { cost = '' } = (context ?? body) as Fields;
  const what = ended ?? (resource as Fields | undefined)?.['id'];
  const demand = least === undefined ? '' : ` ≥ set ${least}`;
  return `${request_id} of ${(subject as Fields)['id']}: ${what} ${cost}${demand}`;
};

const outcome = (text: string): string => {
  const {
    error,
    effect,
    receipt,
    revision,
    settled,
    session_state: state,
    set_revision: set,
  } = JSON.parse(text) as {
    [key: string]: unknown;
    error?: { code: string } | null;
    receipt?: { journal: string; revision: number } | null;
  };
  const place = receipt ? ` (${receipt.journal}/${receipt.revision})` : '';
  if (error) return `${error.code}${place}`;
  if (effect !== undefined) return `${effect}${settled === true ? ', settled' : ''}${place}`;
  if (state !== undefined) return `${state}${place}`;
  return `${revision === undefined ? '' : `revision ${revision}, `}set ${set}${place}`;
};
