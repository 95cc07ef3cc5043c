import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verbAddress } from '@edict/contracts';
import { connectStore, type StoreConnection, startNatsServer } from '@edict/nats';
import { freePort } from '@edict/nats/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bus, connectBus } from './bus.ts';
import { type EdictProcess, runEdict, startEdict, untilReady } from './edict-process.ts';
import { guardrail, savePolicy, toolRequest } from './messages.ts';

const WS = 'integrity';

let folder: string;
let port: number;
let edict: EdictProcess;
let bus: Bus | undefined;

const url = () => `nats://127.0.0.1:${port}`;
const decide = (id: string, agent = 'agent-1') =>
  bus?.ask(verbAddress('decide', WS), toolRequest(id, agent, 'pay.out'));

const up = async (): Promise<void> => {
  edict = startEdict('--data', folder, '--port', String(port));
  await untilReady(edict, 'edict up answers', async () => {
    bus ??= await connectBus(url()).catch(() => undefined);
    const request = toolRequest('ready', 'ready', 'pay.out');
    return (await bus?.tryToAsk(verbAddress('decide', WS), request, 1_000)) !== undefined;
  });
};

const down = async (): Promise<void> => {
  await bus?.close();
  bus = undefined;
  await edict.stop();
};

/** Changes the store while nothing else runs on it, as damage would. */
const damage = async (change: (store: StoreConnection) => Promise<unknown>): Promise<void> => {
  const server = await startNatsServer({ storeDir: folder, port });
  const store = await connectStore({ url: server.url, name: 'damage' });
  await change(store);
  await store.close();
  await server.stop();
};

const lastOf = async (store: StoreConnection, journal: string): Promise<number> => {
  const reply = await store.requester.request(
    '$JS.API.STREAM.MSG.GET.EDICT_VERDICTS',
    JSON.stringify({ last_by_subj: `edict.v1.journal.${journal}` }),
  );
  return reply.json<{ message: { seq: number } }>().message.seq;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edict-integrity-'));
  port = await freePort();
  await up();
  await savePolicy(bus as Bus, WS, guardrail(['pay.*']));
});

afterEach(async () => {
  await down();
  await rm(folder, { recursive: true, force: true });
});

test('a journal that lost its last commit is refused, and its first missing commit is named', async () => {
  await decide('r-1');
  const receipt = (await decide('r-2'))?.body.receipt;
  await down();
  await damage(async (store) => {
    const seq = await lastOf(store, receipt.journal);
    await store.requester.request('$JS.API.STREAM.MSG.DELETE.EDICT_VERDICTS', JSON.stringify({ seq }));
  });
  await up();
  const missing = `${receipt.journal}/${receipt.revision} is the first commit that is missing`;
  const reply = await decide('r-3');
  expect(reply?.body).toMatchObject({
    decision: false,
    error: { code: 'JOURNAL_TRUNCATED', retriable: false },
  });
  expect(reply?.body.error.message).toContain(missing);
  const health = await runEdict('health', '--nats', url());
  expect([health.code, health.stdout]).toEqual([1, expect.stringContaining(missing)]);
  const verified = await runEdict('audit', 'verify', '--nats', url());
  expect([verified.code, verified.stdout]).toEqual([1, expect.stringContaining(missing)]);
});

test('policies that were lost allow nothing: nobody knows what they forbade', async () => {
  expect((await decide('r-1'))?.body.decision).toBe(true);
  await down();
  await damage((store) => store.requester.request('$JS.API.STREAM.DELETE.EDICT_POLICIES', ''));
  await up();
  expect((await decide('r-2'))?.body).toMatchObject({ decision: false, error: { code: 'POLICY_STALE' } });
  const saved = await bus?.ask(verbAddress('policy', WS), {
    op: 'save',
    document: guardrail(['pay.*']),
    actor: 'e2e',
    reason: 'again',
  });
  expect(saved?.body.error.code).toBe('JOURNAL_TRUNCATED');
  const health = await runEdict('health', '--nats', url());
  expect([health.code, health.stdout]).toEqual([
    1,
    expect.stringContaining(`policies.${WS}/1 is the first commit that is missing`),
  ]);
});

test('an emptied store is refused, not silently begun again', async () => {
  await down();
  const { deployment } = JSON.parse(await readFile(join(folder, 'edict-anchors.json'), 'utf8'));
  for (const name of await readdir(join(folder, 'jetstream'))) {
    await rm(join(folder, 'jetstream', name), { recursive: true });
  }
  edict = startEdict('--data', folder, '--port', String(port));
  await edict.ended;
  expect(edict.output()).toContain(
    `this is deployment ${deployment}, but the store of this NATS server is empty`,
  );
  expect(edict.output()).toContain(join(folder, 'edict-anchors.json'));
});
