import { randomUUID } from 'node:crypto';
import { connectEdge, type Requester } from '@edict/nats';
import { busTransport, createEdict, type Edict } from '@edict/sdk';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Operation } from '../measure/window.ts';
import { connectMacp, type MacpClient } from '../peers/macp-runtime/client.ts';
import { connectOpa } from '../peers/opa/client.ts';
import { evaluationSignal } from '../workload/signals.ts';
import { decisionRequest, ECHO_SUBJECT, RECORDED_SUBJECT, WORKSPACE } from '../workload/traffic.ts';
import type { Load } from './messages.ts';

const TIMEOUT_MS = 5_000;
const payload = new TextEncoder().encode(JSON.stringify(decisionRequest('echo', 1)));

/** The ways to ask over one server. */
export interface Operations {
  of(load: Load): Operation;
  edict(workspace: string): Edict;
  macp(port: number): MacpClient;
}

/** Each way has a connection of its own; clients of workspaces share theirs. */
export const connectOperations = async (url: string): Promise<Operations> => {
  const stock = await connect({ servers: url });
  const { requester } = await connectEdge({ url, name: 'bench' });
  const transport = busTransport(await connectEdge({ url, name: 'bench-sdk' }));
  const edict = (workspace: string): Edict => createEdict(transport, { workspace });
  const opa = connectedOnce(connectOpa);
  const macp = connectedOnce(connectMacp);
  return {
    edict,
    macp,
    of: (load) => {
      switch (load.kind) {
        case 'stock-echo':
          return stockRequest(stock);
        case 'thin-echo':
          return thinRequest(requester, ECHO_SUBJECT);
        case 'published':
          return thinRequest(requester, RECORDED_SUBJECT);
        case 'verdict':
          return decide(load, edict);
        case 'signal':
          return signal(edict(WORKSPACE), load.sessions);
        case 'opa':
          return opa(load.port);
        case 'macp-runtime':
          return macp(load.port).evaluate;
      }
    },
  };
};

/** Connections to a peer are kept from window to window. */
const connectedOnce = <T>(connectTo: (port: number) => T): ((port: number) => T) => {
  const connected = new Map<number, T>();
  return (port) => {
    const client = connected.get(port) ?? connectTo(port);
    connected.set(port, client);
    return client;
  };
};

/** The request as the client's documentation has it. */
const stockRequest =
  (nc: NatsConnection): Operation =>
  async () => {
    const reply = await nc.request(ECHO_SUBJECT, payload, { timeout: TIMEOUT_MS });
    return reply.data.length === payload.length ? undefined : 'ANOTHER_ANSWER';
  };

/** The way in which the SDK asks, without the SDK. */
const thinRequest =
  (requester: Requester, subject: string): Operation =>
  async () => {
    const reply = await requester.request(subject, payload);
    return reply.data.length === payload.length ? undefined : 'ANOTHER_ANSWER';
  };

/** Every request of the load is allowed, and each is another one. */
const decide = (
  { workspace, workspaces, agents }: Extract<Load, { kind: 'verdict' }>,
  edict: (workspace: string) => Edict,
): Operation => {
  const run = randomUUID();
  const names =
    workspaces === undefined
      ? [workspace]
      : Array.from({ length: workspaces }, (_, index) => `${workspace}-${index}`);
  const clients = names.map(edict);
  let number = 0;
  return async () => {
    const client = clients[number % clients.length] as Edict;
    const reply = await client.decide(decisionRequest(run, number++, agents));
    return reply.decision ? undefined : (reply.error?.code ?? 'DENIED');
  };
};

/** Every signal is an evaluation that its session takes. */
const signal = (edict: Edict, sessions: number): Operation => {
  const run = randomUUID();
  let number = 0;
  return async () => {
    const reply = await edict.signal(evaluationSignal(run, number++, sessions));
    return reply.ok ? undefined : (reply.error?.code ?? 'REFUSED');
  };
};
