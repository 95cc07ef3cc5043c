import type { Json, Message } from './history.ts';
import type { Lane, LaneTools } from './load.ts';
import { APPROVERS } from './policies.ts';

const CLOSES_WITHIN_MS = 3_000;

/** Asks for what needs approval, votes as the approvers, and waits for the verdict to close. */
export const approve: Lane = async (tools) => {
  const { random, clients, goesOn, nextNumber, patient, history } = tools;
  while (goesOn()) {
    const number = nextNumber();
    const message: Message = { verb: 'decide', body: transferNumber(number) };
    const reply = await patient(random.pick(clients), message);
    const session = sessionOf(reply);
    if (session === undefined) continue;
    if (random.chance(0.1)) {
      const { request_id, subject } = message.body;
      const body = { request_id, subject, outcome: 'cancelled' };
      await patient(random.pick(clients), { verb: 'outcome', body });
    }
    // Some are left to their deadline.
    if (random.chance(0.85)) await vote(tools, session, number);
    else if (random.chance(0.5)) continue;
    await untilClosed(tools, message);
    if (random.chance(0.3)) await history.ask(random.pick(clients), message);
  }
};

const transferNumber = (number: number): Json => ({
  request_id: `t-${number}`,
  subject: { type: 'agent', id: `teller-${number % 40}`, properties: { session: 's' } },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'wire.out' },
  context: { cost: 1 },
});

const sessionOf = (reply: Json): string | undefined =>
  reply?.effect === 'escalate'
    ? reply.obligations.find(({ type }: Json) => type === 'approval')?.session_id
    : undefined;

const vote = async (tools: LaneTools, session: string, number: number): Promise<void> => {
  const { random, clients, patient, history } = tools;
  for (const sender of APPROVERS) {
    const veto = random.chance(0.05);
    const message: Message = {
      verb: 'signal',
      body: {
        macp_version: '1.0',
        mode: 'macp.mode.decision.v1',
        message_type: veto ? 'Objection' : 'Vote',
        message_id: `v-${number}-${sender}`,
        session_id: session,
        sender,
        timestamp_unix_ms: Date.now(),
        payload: veto
          ? { proposal_id: 'request', severity: 'critical', reason: 'not this one' }
          : {
              proposal_id: 'request',
              vote: random.chance(0.7) ? 'APPROVE' : 'REJECT',
              reason: 'looked at',
            },
      },
    };
    const reply = await patient(random.pick(clients), message);
    if (random.chance(0.2)) await history.ask(random.pick(clients), message);
    if (reply === undefined || reply.session_state !== 'Open') return;
  }
};

const untilClosed = async (
  { history, clients, random, goesOn, wait }: LaneTools,
  message: Message,
): Promise<void> => {
  const end = performance.now() + CLOSES_WITHIN_MS;
  while (goesOn() && performance.now() < end) {
    const reply = await history.ask(random.pick(clients), message);
    if (reply !== undefined && reply.error === undefined && reply.effect !== 'escalate') return;
    await wait();
  }
};
