import type { Json, Message } from './history.ts';
import type { Lane, LaneTools } from './load.ts';
import { REQUESTS_PER_AGENT } from './policies.ts';

/** Agents that ask at the same time, so that each budget is contended. */
const AGENTS = 6;
const REMEMBERED = 200;

/** A request that has its answer. */
interface Decided {
  readonly message: Message;
  readonly allowed: boolean;
}

/** Asks for decisions on shared budgets, reports outcomes, and asks again about the past. */
export const spend: Lane = async (tools) => {
  const { random, goesOn } = tools;
  const past: Decided[] = [];
  while (goesOn()) {
    const decided = await askNew(tools);
    if (decided === undefined) continue;
    if (decided.allowed && random.chance(0.6)) await report(tools, decided.message.body);
    if (random.chance(0.15)) await askAgain(tools, decided.message);
    if (past.push(decided) > REMEMBERED) past.shift();
    if (random.chance(0.15)) await lookBack(tools, random.pick([decided, ...past]));
  }
};

const askNew = async (tools: LaneTools): Promise<Decided | undefined> => {
  const { random, clients, nextNumber, revision, history, patient } = tools;
  const message: Message = { verb: 'decide', body: requestNumber(nextNumber(), random.between(1, 3)) };
  if (random.chance(0.15)) message.body.resource.id = 'pay.flip';
  if (random.chance(0.1)) message.body.at_least_revision = revision();
  // Sometimes two clients send one request at the same time.
  const twin = random.chance(0.1) ? history.ask(random.pick(clients), message) : undefined;
  const reply = await patient(random.pick(clients), message);
  await twin;
  return reply === undefined ? undefined : { message, allowed: reply.decision === true };
};

const report = async ({ random, clients, history, patient }: LaneTools, request: Json): Promise<void> => {
  const { request_id, subject, context } = request;
  const outcome = random.pick(['success', 'success', 'success', 'error', 'cancelled']);
  const cost = random.chance(0.05) ? context.cost + 1 : random.between(0, context.cost);
  const body = { request_id, subject, outcome, ...(outcome !== 'cancelled' && { cost }) };
  await patient(random.pick(clients), { verb: 'outcome', body });
  if (random.chance(0.2)) await history.ask(random.pick(clients), { verb: 'outcome', body });
};

/** Mostly a repeat, sometimes another request under the same id. */
const askAgain = async ({ random, clients, history }: LaneTools, message: Message): Promise<void> => {
  const { body } = message;
  const again = random.chance(0.1)
    ? { ...message, body: { ...body, context: { cost: body.context.cost + 1 } } }
    : message;
  await history.ask(random.pick(clients), again);
};

const lookBack = (tools: LaneTools, { message, allowed }: Decided): Promise<void> =>
  allowed && tools.random.chance(0.3) ? report(tools, message.body) : askAgain(tools, message);

/** The nth request of a run: its agent changes often enough that budgets run out and new ones begin. */
const requestNumber = (number: number, cost: number): Json => {
  const group = Math.floor(number / (AGENTS * REQUESTS_PER_AGENT));
  return {
    request_id: `r-${number}`,
    subject: {
      type: 'agent',
      id: `agent-${group}-${number % AGENTS}`,
      properties: { session: `s-${Math.floor(number / AGENTS) % 2}` },
    },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'pay.out' },
    context: { cost },
  };
};
