import { verbAddress } from '@edict/contracts';
import type { Bus, Json } from './bus.ts';

/** The text of each final answer by request id. */
export type Answers = Map<string, string>;

export interface CallerOptions {
  readonly ws: string;
  readonly requests: readonly { readonly request_id: string }[];
  readonly inFlight: number;
  /** How long one attempt waits (3000). */
  readonly attemptMs?: number;
  /** How often one request may be asked; without it, until 40 s have passed. */
  readonly attempts?: number;
  /** Called with the number of answers so far, so that a test can pull a plug at a known point. */
  readonly onAnswer?: (count: number) => void;
}

const GIVE_UP_MS = 40_000;

/**
 * Asks all requests, several at a time, as a patient client does: no answer or a retriable error is asked again under the
 * same id. Throws when a request stays without a final answer.
 */
export const askAll = async (bus: Bus, options: CallerOptions): Promise<Answers> => {
  const answers: Answers = new Map();
  const waiting = [...options.requests];
  const lane = async (): Promise<void> => {
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      answers.set(request.request_id, await askPatiently(bus, options, request));
      options.onAnswer?.(answers.size);
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, lane));
  return answers;
};

const askPatiently = async (bus: Bus, options: CallerOptions, request: Json): Promise<string> => {
  const { ws, attemptMs = 3_000, attempts = Number.POSITIVE_INFINITY } = options;
  const end = performance.now() + GIVE_UP_MS;
  let last = 'nothing';
  let attempt = 0;
  for (; attempt < attempts && performance.now() < end; attempt++) {
    const reply = await bus.tryToAsk(verbAddress('decide', ws), request, attemptMs);
    if (reply !== undefined && reply.body.error === undefined) return reply.text;
    if (reply?.body.error?.retriable === false) return reply.text;
    last = reply?.text ?? last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `${request.request_id} has no final answer after ${attempt} attempts; the last was ${last}`,
  );
};

/** How many of some answers allow, by the agent that asked. */
export const allowedByAgent = (
  answers: Answers,
  agentOf: (requestId: string) => string,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [requestId, text] of answers) {
    if (!(JSON.parse(text) as Json).decision) continue;
    const agent = agentOf(requestId);
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  return counts;
};

/** The answers in which two runs of the same requests differ. */
export const differences = (first: Answers, second: Answers): string[] =>
  [...first].flatMap(([id, text]) =>
    second.get(id) === text ? [] : [`${id}: ${text} then ${second.get(id)}`],
  );
