import { randomUUID } from 'node:crypto';
import type { DecisionRequest } from '@edict/contracts';
import type { DecisionReply, SignalReply } from '@edict/sdk';
import { expecting, requestOf, type Stage } from './stage.ts';

/** How long the close of a verdict may take to follow the end of its session. */
const CLOSE_WITHIN_MS = 5_000;

/** Two transfers that people's agents decide: one is stopped, one passes. */
export const playApprovals = async (stage: Stage): Promise<void> => {
  stage.teller.chapter('A large transfer: three agents decide');
  await playStopped(stage);
  stage.teller.chapter('Another one, and this time they agree');
  await playPassed(stage);
};

const playStopped = async (stage: Stage): Promise<void> => {
  const { request, session } = await escalate(stage, 'transfer-1', 90_000);
  if (session === undefined) return;
  const proposal_id = 'request';
  await send(stage, session, 'fraud', 'Evaluation', {
    proposal_id,
    recommendation: 'APPROVE',
    confidence: 0.8,
    reason: 'a known payee',
  });
  await send(stage, session, 'risk', 'Evaluation', {
    proposal_id,
    recommendation: 'REVIEW',
    confidence: 0.6,
    reason: 'twice the usual amount',
  });
  await send(stage, session, 'compliance', 'Objection', {
    proposal_id,
    severity: 'critical',
    reason: 'the payee is on the sanctions list',
  });
  await closing(stage, request, 'one critical objection is a veto: the transfer is denied', 'deny');
};

const playPassed = async (stage: Stage): Promise<void> => {
  const { request, session } = await escalate(stage, 'transfer-2', 5_000);
  if (session === undefined) return;
  for (const sender of ['fraud', 'risk']) {
    await send(stage, session, sender, 'Vote', {
      proposal_id: 'request',
      vote: 'APPROVE',
      reason: 'in order',
    });
  }
  await closing(
    stage,
    request,
    'two of three agree, the third cannot change it: the transfer is allowed',
    'allow',
  );
};

const escalate = async (stage: Stage, name: string, amount: number) => {
  const { edict, teller } = stage;
  const request = requestOf(
    stage,
    name,
    'tool.invoke',
    { type: 'tool', id: 'ledger.transfer' },
    { context: { amount } },
  );
  const reply = await teller.step(
    `payments-bot wants to transfer ${amount}; above 1000 it needs approval`,
    () => edict.decide(request),
    expecting('escalate', 'tool.requires_approval'),
  );
  const session = sessionOf(reply);
  if (session !== undefined) teller.remark(`session ${session} under policy.fraud.majority-veto`);
  return { request, session };
};

const sessionOf = (reply: DecisionReply): string | undefined => {
  const approval =
    reply.error === undefined ? reply.obligations.find(({ type }) => type === 'approval') : undefined;
  return approval?.type === 'approval' ? approval.session_id : undefined;
};

const send = (
  { edict, teller }: Stage,
  session_id: string,
  sender: string,
  message_type: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<SignalReply> =>
  teller.step(
    `${sender} sends ${message_type}: ${payload['vote'] ?? payload['recommendation'] ?? payload['severity']}, “${payload['reason']}”`,
    () =>
      edict.signal({
        macp_version: '1.0',
        mode: 'macp.mode.decision.v1',
        message_type,
        message_id: randomUUID(),
        session_id,
        sender,
        timestamp_unix_ms: Date.now(),
        payload,
      }),
    (reply) => ({
      ok: reply.ok,
      said: reply.ok
        ? `accepted; the session is ${reply.session_state}`
        : `${reply.error?.code}: ${reply.error?.message}`,
    }),
  );

/** The same request id again gives the closing verdict once there is one. */
const closing = (
  stage: Stage,
  request: DecisionRequest,
  what: string,
  effect: string,
): Promise<DecisionReply> => stage.teller.step(what, () => askUntilClosed(stage, request), expecting(effect));

const askUntilClosed = async ({ edict, pause }: Stage, request: DecisionRequest): Promise<DecisionReply> => {
  const end = performance.now() + CLOSE_WITHIN_MS;
  for (;;) {
    const reply = await edict.decide(request);
    const open = reply.error === undefined ? reply.effect === 'escalate' : reply.error.retriable;
    if (!open || performance.now() > end) return reply;
    await pause(20);
  }
};
