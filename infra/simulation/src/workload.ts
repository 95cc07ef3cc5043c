import { NOTHING_RECORDED } from '@edict/contracts';
import type { Client, Fields, Question } from './client.ts';
import { guardrail, limits, majority, unanimity, WORKSPACES } from './documents.ts';
import { draw, type Knowledge, save } from './questions.ts';
import type { World } from './world.ts';

/** What clients do: ask, ask again, report, vote, change the rules. */
export interface Workload {
  /** Saves what every workspace begins with; settles when all of it is acknowledged. */
  setUp(client: Client): Promise<void>;
  /** Does one thing after the other until the moment comes. */
  play(client: Client, until: number): Promise<void>;
  /** Asks everything again of which something may be recorded. */
  askAgain(client: Client): Promise<void>;
}

const RETRIABLE_TRIES = 4;

export const createWorkload = (world: World): Workload => {
  const { random } = world;
  const known: Knowledge = {
    decisions: [],
    outcomes: [],
    sessions: [],
    signals: [],
    revisions: new Map(),
    ids: 0,
  };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void world.after(ms, resolve));

  /** Sends a message until it is answered by more than "try again", or patience ends. */
  const persist = async (client: Client, question: Question, tries: number): Promise<Fields | undefined> => {
    for (let i = 1; ; i++) {
      const reply = await client.ask(question);
      learn(question, reply, known);
      const error = reply?.['error'] as { readonly retriable?: boolean } | null | undefined;
      if (i >= tries || (reply !== undefined && error?.retriable !== true)) return reply;
      await pause(random.next() * 400);
    }
  };

  const step = async (client: Client): Promise<void> => {
    const question = draw(random, known, client.name);
    if (question === undefined) return;
    const twice = random.chance(0.1);
    if (twice) void persist(client, question, 1);
    await persist(client, question, random.chance(0.7) ? RETRIABLE_TRIES : 1);
  };

  return {
    setUp: async (client) => {
      for (const ws of WORKSPACES) {
        for (const document of [majority(random), unanimity(random), limits(random), guardrail(random)]) {
          await persist(client, save(client.name, ws, document, known), 50);
        }
      }
    },
    play: async (client, until) => {
      while (world.now() < until) {
        await step(client);
        await pause(random.next() * 250);
      }
    },
    askAgain: async (client) => {
      const open = known.decisions.filter(({ mayBeRecorded }) => mayBeRecorded);
      const asked = new Map(open.map(({ question }) => [JSON.stringify(question), question]));
      await Promise.all([...asked.values(), ...known.outcomes].map((question) => client.ask(question)));
    },
  };
};

const learn = (question: Question, reply: Fields | undefined, known: Knowledge): void => {
  const { verb, ws } = question;
  const decision = known.decisions.find((each) => each.question === question);
  if (decision !== undefined && !promisesNothing(reply)) decision.mayBeRecorded = true;
  if (reply === undefined || isError(reply)) return;
  if (verb === 'decide') learnVerdict(question, reply, known);
  const set = reply['set_revision'];
  if (typeof set === 'number') known.revisions.set(ws, Math.max(set, known.revisions.get(ws) ?? 0));
};

const learnVerdict = (question: Question, verdict: Fields, { decisions, sessions }: Knowledge): void => {
  for (const decision of decisions) if (decision.question === question) decision.verdict = verdict;
  for (const { session_id } of (verdict['obligations'] ?? []) as { readonly session_id?: string }[]) {
    const isNew = session_id !== undefined && !sessions.some(({ id }) => id === session_id);
    if (isNew) sessions.push({ ws: question.ws, id: session_id, isSealed: true });
  }
};

/** Errors after which nothing may be found: nobody asks again about those, so that it would show. */
const promisesNothing = (reply: Fields | undefined): boolean => {
  const { code = '' } = (reply?.['error'] ?? {}) as { readonly code?: string };
  return NOTHING_RECORDED.has(code);
};

const isError = ({ error }: Fields): boolean => typeof error === 'object' && error !== null;
