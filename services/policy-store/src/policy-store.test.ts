import { boundAddress, verbAddress } from '@edict/contracts';
import { connectEdge, type EdgeConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { createLogger, openServiceContext, type ServiceContext } from '@edict/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PolicyStore, startPolicyStore } from './policy-store.ts';

const guardrail = {
  policy_id: 'guardrail.ws',
  kind: 'guardrail',
  schema_version: 1,
  description: 'blocks shells',
  rules: { tools: { blocked_tools: ['shell.*'] } },
};

let nats: TestNats;
let caller: EdgeConnection;
let context: ServiceContext;
let store: PolicyStore;

const startStore = async (): Promise<void> => {
  context = await openServiceContext({
    connection: { url: nats.url, name: 'policy-store' },
    services: ['policy-store'],
    log: createLogger({ level: 'error', format: 'json' }),
  });
  store = await startPolicyStore(context);
  await context.edge.nc.flush();
};
const stopStore = async (): Promise<void> => {
  await store.stop();
  await context.close();
};

beforeAll(async () => {
  nats = await startTestNats();
  caller = await connectEdge({ url: nats.url, name: 'caller' });
  await startStore();
});
afterAll(async () => {
  await stopStore();
  await caller.close();
  await nats.stop();
});

const send = async (ws: string, body: unknown, address = verbAddress('policy', ws)) => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await caller.nc.request(address, payload, { timeout: 5_000 });
  return { body: reply.json<Record<string, unknown>>(), code: reply.headers?.get('Nats-Service-Error-Code') };
};

describe('the policy store on the bus', () => {
  it('saves for the workspace that the address names, whatever it is called', async () => {
    const ws = 'team.a *';
    const { body } = await send(ws, { op: 'save', document: guardrail, actor: 'ada', reason: 'first' });
    expect(body).toMatchObject({
      revision: 1,
      set_revision: 1,
      receipt: { journal: 'policies.team.a *', revision: 1 },
    });
    expect((await send('team', { op: 'list' })).body).toMatchObject({ policies: [] });
  });

  it('N1 SW defect 6, 7: keeps everything through a restart, concurrent saves included', async () => {
    const saves = Array.from({ length: 8 }, (_, i) =>
      send('durable', { op: 'save', document: { ...guardrail, description: `${i}` }, request_id: `r-${i}` }),
    );
    const replies = await Promise.all(saves);
    await stopStore();
    await startStore();
    const { body } = await send('durable', { op: 'history', policy_id: 'guardrail.ws' });
    expect((body['history'] as { revision: number }[]).map(({ revision }) => revision)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    const again = await send('durable', {
      op: 'save',
      document: { ...guardrail, description: '3' },
      request_id: 'r-3',
    });
    expect(again.body).toEqual(replies[3]?.body);
  });

  it('refuses with every problem and a code in the headers', async () => {
    const { body, code } = await send('w', {
      op: 'save',
      document: { ...guardrail, schema_version: 0, extra: 1 },
    });
    expect(code).toBe('400');
    expect((body['error'] as { problems: unknown[] }).problems).toHaveLength(2);
  });

  it.each(['garbage', '[]', '{"op":"save","document":{"__proto__":{}}}', ''])(
    'answers %o with an error and goes on',
    async (text) => {
      expect((await send('w', text)).body).toMatchObject({
        error: { code: 'BAD_REQUEST', retriable: false },
      });
      expect((await send('w', { op: 'list' })).body).toMatchObject({ policies: [] });
    },
  );

  it('tells in health of the journals that are open, and opens its own ones when their hashes are wanted', async () => {
    await send('kept', { op: 'save', document: guardrail });
    await stopStore();
    await startStore();
    const journals = async (withHashes: boolean) =>
      (await store.journals(withHashes)).map(({ journal }) => journal).sort();
    await send('nothing', { op: 'list' });
    expect(await journals(false)).toEqual([]);
    await send('kept', { op: 'list' });
    expect(await journals(false)).toEqual(['policies.kept']);
    const all = await journals(true);
    expect(all).toEqual(['policies.durable', 'policies.kept', 'policies.team.a *']);
    expect(await journals(false)).toEqual(all);
  });

  it('N17 changes nothing for an agent while nobody can judge whether it may', async () => {
    const address = boundAddress('ada', 'policy', 'w');
    expect((await send('w', { op: 'save', document: guardrail }, address)).body).toMatchObject({
      error: { code: 'UNAVAILABLE', retriable: true },
    });
    expect((await send('w', { op: 'list' }, address)).body).toMatchObject({ policies: [], set_revision: 0 });
  });
});
