import { memberAddress, type Verb } from '@edict/contracts';
import { connectEdge, type EdgeConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { serveVerbs, type VerbServer } from './serve-verbs.ts';
import { openServiceContext, type ServiceContext, type ServiceName } from './service-context.ts';
import type { VerbHandler } from './verb-handler.ts';

const SERVICES = {
  'policy-store': ['policy'],
  enforcer: ['decide', 'outcome'],
} as const satisfies Partial<Record<ServiceName, readonly Verb[]>>;

let nats: TestNats;
let caller: EdgeConnection;
let context: ServiceContext;
let servers: VerbServer[];

/** Answers with the name of the service at once. */
const answering = (service: ServiceName): VerbHandler => ({
  errorText: ({ code }) => code,
  route: () => ({ ok: true, value: { key: 'w', judge: (respond) => respond(service) } }),
});

beforeAll(async () => {
  nats = await startTestNats();
  caller = await connectEdge({ url: nats.url, name: 'caller' });
  const log = createLogger({ level: 'error', format: 'json' });
  const services = Object.keys(SERVICES) as ServiceName[];
  context = await openServiceContext({ connection: { url: nats.url, name: 'both' }, services, log });
  servers = Object.entries(SERVICES).map(([name, verbs]) => {
    const service = name as ServiceName;
    return serveVerbs(context, service, Object.fromEntries(verbs.map((verb) => [verb, answering(service)])));
  });
  await context.edge.nc.flush();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([context.close(), caller.close()]);
  await nats.stop();
});

const ask = async (verb: Verb): Promise<string> => {
  const address = memberAddress(context.membership.incarnation(), verb, 'w');
  return (await caller.requester.request(address, '{}', { timeoutMs: 2_000 })).string();
};

describe('a process of several services, at its private address', () => {
  it('has each verb answered by the service that it belongs to', async () => {
    expect([await ask('policy'), await ask('decide'), await ask('outcome')]).toEqual([
      'policy-store',
      'enforcer',
      'enforcer',
    ]);
  });

  it('gets each request once, however many services it has', async () => {
    const { inMsgs: before } = context.edge.nc.stats();
    for (let i = 0; i < 50; i++) await ask('decide');
    // Beside the requests there are heartbeats, two a second.
    expect(context.edge.nc.stats().inMsgs - before).toBeLessThan(75);
  });

  it('lets the broker say that nobody serves a verb, at once', async () => {
    await expect(ask('signal')).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
  });
});
