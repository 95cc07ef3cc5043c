import { randomUUID } from 'node:crypto';
import { connectEdge, type Requester } from '@edict/nats';
import { connectEdict, type Edict } from '@edict/sdk';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Load } from './modes.ts';
import { decisionRequest, ECHO_SUBJECT, RECORDED_SUBJECT, WORKSPACE } from './traffic.ts';
import type { Operation } from './window.ts';

const TIMEOUT_MS = 5_000;
const payload = new TextEncoder().encode(JSON.stringify(decisionRequest('echo', 1)));

/** The ways to ask over one server, each with a connection of its own. */
export interface Operations {
  readonly byLoad: Readonly<Record<Load, Operation>>;
  readonly edict: Edict;
}

export const connectOperations = async (url: string): Promise<Operations> => {
  const stock = await connect({ servers: url });
  const { requester } = await connectEdge({ url, name: 'bench' });
  const edict = await connectEdict({ url, workspace: WORKSPACE, name: 'bench' });
  return {
    byLoad: {
      'stock-echo': stockRequest(stock),
      'thin-echo': thinRequest(requester, ECHO_SUBJECT),
      published: thinRequest(requester, RECORDED_SUBJECT),
      verdict: decide(edict),
    },
    edict,
  };
};

/** The request as the client's documentation has it. */
const stockRequest =
  (nc: NatsConnection): Operation =>
  async () => {
    const reply = await nc.request(ECHO_SUBJECT, payload, { timeout: TIMEOUT_MS });
    return reply.data.length === payload.length;
  };

/** The way in which the SDK asks, without the SDK. */
const thinRequest =
  (requester: Requester, subject: string): Operation =>
  async () => {
    const reply = await requester.request(subject, payload);
    return reply.data.length === payload.length;
  };

/** Every request of the load is allowed, and each is another one. */
const decide = (edict: Edict): Operation => {
  const run = randomUUID();
  let number = 0;
  return async () => {
    const reply = await edict.decide(decisionRequest(run, number++));
    return reply.decision;
  };
};
