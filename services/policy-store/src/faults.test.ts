import { verbAddress } from '@edict/contracts';
import { policiesDecider } from '@edict/core';
import { connectEdge } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { createLogger, openServiceContext } from '@edict/service-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPolicyStore } from './policy-store.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

it('writes into its log what was thrown when a command could not be decided', async () => {
  const lines: string[] = [];
  const context = await openServiceContext({
    connection: { url: nats.url, name: 'policy-store' },
    services: ['policy-store'],
    log: createLogger({ level: 'error', format: 'json', write: (line) => lines.push(line) }),
  });
  const decide = (): never => {
    throw new Error('a bug');
  };
  const store = await startPolicyStore(context, { decider: { ...policiesDecider, decide } });
  const caller = await connectEdge({ url: nats.url, name: 'caller' });
  const reply = await caller.nc.request(verbAddress('policy', 'default'), JSON.stringify({ op: 'list' }));
  expect(reply.json()).toMatchObject({ error: { code: 'INTERNAL_ERROR' } });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 'error',
      message: 'something failed at policies.default',
      error: { code: 'INTERNAL_ERROR', message: expect.stringMatching(/: a bug$/) },
    },
  ]);
  await caller.close();
  await store.stop();
  await context.close();
});
