import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { STREAMS, verbAddress } from '@edict/contracts';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { connect as connectOld, type NatsConnection as OldConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bus, connectBus, type Json } from './bus.ts';
import { type EdictProcess, startEdict, untilReady } from './edict-process.ts';
import { GARBAGE } from './garbage.ts';
import { guardrail, savePolicy, toolRequest } from './messages.ts';

const WS = 'interop';
const DECIDE = verbAddress('decide', WS);

let server: TestNats;
let edict: EdictProcess;
let bus: Bus;
let revision: number;

beforeAll(async () => {
  server = await startTestNats({ own: true });
  edict = startEdict('--nats', server.url);
  bus = await connectBus(server.url);
  await untilReady(edict, 'edict up answers', async () => {
    const reply = await bus.tryToAsk(DECIDE, toolRequest('ready', 'nobody', 'none'), 1_000);
    return reply?.body.decision === false && reply.body.error === undefined;
  });
  revision = await savePolicy(bus, WS, guardrail(['ledger.*'], ['ledger.delete']));
});

afterAll(async () => {
  await bus?.close();
  await edict?.stop();
  await server?.stop();
});

const storedVerdicts = async (): Promise<number> => {
  const reply = await bus.nc.request(`$JS.API.STREAM.INFO.${STREAMS.verdicts}`);
  return reply.json<{ state: { messages: number } }>().state.messages;
};

describe('the older NATS client', () => {
  let old: OldConnection;
  beforeAll(async () => {
    old = await connectOld({ servers: server.url });
  });
  afterAll(() => old.close());

  const ask = async (message: unknown) => {
    const reply = await old.request(DECIDE, JSON.stringify(message), { timeout: 5_000 });
    return {
      text: reply.string(),
      body: reply.json<Json>(),
      error: reply.headers?.get('Nats-Service-Error-Code'),
    };
  };

  test('an allowed tool is allowed, with the policy that says so and where the verdict lies', async () => {
    const { body } = await ask({
      ...toolRequest('old-1', 'analyst', 'ledger.read'),
      at_least_revision: revision,
    });
    expect(body).toMatchObject({ request_id: 'old-1', decision: true, effect: 'allow' });
    expect(body.policies.documents[0]).toMatchObject({ policy_id: 'guardrail.e2e', revision: 1 });
    expect(body.receipt.journal).toMatch(/^verdicts\.\d$/);
    expect(body.receipt.revision).toBeGreaterThan(0);
  });

  test('a blocked tool is denied, with the rule', async () => {
    const { body } = await ask({
      ...toolRequest('old-2', 'analyst', 'ledger.delete'),
      at_least_revision: revision,
    });
    expect(body).toMatchObject({ decision: false, effect: 'deny' });
    expect(body.reasons[0]).toMatchObject({ policy_id: 'guardrail.e2e', effect: 'deny' });
  });

  test('asking again gives the same bytes', async () => {
    const message = { ...toolRequest('old-3', 'analyst', 'ledger.read'), at_least_revision: revision };
    const first = await ask(message);
    expect((await ask(message)).text).toBe(first.text);
  });

  test('another request under the same id is refused', async () => {
    await ask(toolRequest('old-4', 'analyst', 'ledger.read'));
    const { body, error } = await ask(toolRequest('old-4', 'analyst', 'ledger.write'));
    expect(body).toMatchObject({ decision: false, error: { code: 'REQUEST_ID_REUSED' } });
    expect(error).toBeDefined();
  });

  test.each(['a.b', 'a*b', 'a>b', 'ein Büro', '事務所'])('an agent called %s simply works', async (agent) => {
    const { body } = await ask({
      ...toolRequest(`odd-${agent}`, agent, 'ledger.read'),
      at_least_revision: revision,
    });
    expect(body).toMatchObject({ request_id: `odd-${agent}`, decision: true });
  });
});

describe('garbage', () => {
  test.each(GARBAGE)('$name is answered with an error that denies', async ({ payload }) => {
    const before = await storedVerdicts();
    const reply = await bus.nc.request(DECIDE, payload, { timeout: 5_000 });
    const body = reply.json<Json>();
    expect(body.decision).toBe(false);
    expect(body.error.code).toMatch(/^[A-Z_]+$/);
    expect(body.error.message.length).toBeGreaterThan(10);
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBeTruthy();
    expect(reply.headers?.get('Nats-Service-Error')).toBeTruthy();
    expect(await storedVerdicts()).toBe(before);
  });

  test('the worker goes on', async () => {
    const { body } = await bus.ask(DECIDE, toolRequest('after-garbage', 'analyst', 'ledger.read'));
    expect(body.decision).toBe(true);
  });
});

describe('a client in another language', () => {
  test('gets verdicts, and errors for garbage, over a bare socket', async () => {
    const requests = [
      { ...toolRequest('py-1', 'analyst', 'ledger.read'), at_least_revision: revision },
      { ...toolRequest('py-2', 'analyst', 'ledger.delete'), at_least_revision: revision },
      { ...toolRequest('py-1', 'analyst', 'ledger.read'), at_least_revision: revision },
    ].map((message) => Buffer.from(JSON.stringify(message)));
    const replies = await askFromPython([...requests, ...GARBAGE.map(({ payload }) => Buffer.from(payload))]);

    expect(replies).toHaveLength(requests.length + GARBAGE.length);
    const [allowed, denied, repeated, ...refused] = replies;
    expect(JSON.parse(allowed?.text ?? '')).toMatchObject({ decision: true, effect: 'allow' });
    expect(JSON.parse(denied?.text ?? '')).toMatchObject({ decision: false, effect: 'deny' });
    expect(repeated?.text).toBe(allowed?.text);
    for (const reply of refused) {
      expect(JSON.parse(reply.text)).toMatchObject({ decision: false, error: { code: expect.any(String) } });
      expect(reply.headers['Nats-Service-Error-Code']).toBeDefined();
    }
  });
});

interface PythonReply {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const askFromPython = async (payloads: readonly Buffer[]): Promise<PythonReply[]> => {
  const script = fileURLToPath(new URL('../python/ask.py', import.meta.url));
  const { hostname, port } = new URL(server.url);
  const python = spawn('python3', [script, hostname, port], { stdio: ['pipe', 'pipe', 'inherit'] });
  const orders = payloads.map((payload) =>
    JSON.stringify({ address: DECIDE, base64: payload.toString('base64') }),
  );
  python.stdin.end(`${orders.join('\n')}\n`);
  const output: Buffer[] = [];
  python.stdout.on('data', (data: Buffer) => output.push(data));
  const [code] = await once(python, 'close');
  expect(code).toBe(0);
  return Buffer.concat(output)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PythonReply);
};
