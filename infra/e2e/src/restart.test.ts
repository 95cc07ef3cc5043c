import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verbAddress } from '@edict/contracts';
import { freePort } from '@edict/nats/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bus, connectBus } from './bus.ts';
import { askAll, differences } from './callers.ts';
import { type EdictProcess, eventually, runEdict, startEdict, untilReady } from './edict-process.ts';
import { guardrail, savePolicy, toolRequest } from './messages.ts';

const WS = 'restart';

let folder: string;
let port: number;
let edict: EdictProcess;
let bus: Bus;

const url = () => `nats://127.0.0.1:${port}`;

const up = async (): Promise<void> => {
  edict = startEdict('--data', folder, '--port', String(port));
  await untilReady(edict, 'edict up answers', async () => {
    bus ??= await connectBus(url()).catch(() => bus);
    const reply = await bus?.tryToAsk(verbAddress('policy', WS), { op: 'list' }, 1_000);
    return reply !== undefined && reply.body.error === undefined;
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edict-restart-'));
  port = await freePort();
  await up();
  await savePolicy(bus, WS, guardrail(['pay.*']));
});

afterAll(async () => {
  await bus?.close();
  await edict?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('edict up and its server, both killed under load, come back with every answer that was given', async () => {
  const requests = Array.from({ length: 400 }, (_, number) =>
    toolRequest(`r-${number}`, `agent-${number % 8}`, 'pay.out'),
  );
  let back: Promise<void> | undefined;
  const answers = await askAll(bus, {
    ws: WS,
    requests,
    inFlight: 16,
    attemptMs: 1_000,
    onAnswer: (count) => {
      if (count === 100) back = killBothAndStart();
    },
  });
  await back;
  expect(differences(answers, await askAll(bus, { ws: WS, requests, inFlight: 16 }))).toEqual([]);
  const verified = await runEdict('audit', 'verify', '--nats', url());
  expect(verified.code, verified.stderr + verified.stdout).toBe(0);
});

test('edict up starts a killed server again by itself, on the same port', async () => {
  process.kill(await serverPid(), 'SIGKILL');
  await eventually('a request is answered again', async () => {
    const reply = await bus.tryToAsk(
      verbAddress('decide', WS),
      toolRequest('again', 'agent-1', 'pay.out'),
      500,
    );
    return reply?.body.decision === true;
  });
  expect(await bus.tryToAsk(verbAddress('policy', WS), { op: 'list' })).toBeDefined();
});

const killBothAndStart = async (): Promise<void> => {
  const server = await serverPid();
  edict.signal('SIGKILL');
  process.kill(server, 'SIGKILL');
  await edict.ended;
  await up();
};

/** The store folder says which server runs on it. */
const serverPid = async (): Promise<number> => {
  const record = JSON.parse(await readFile(join(folder, 'edict-nats.json'), 'utf8')) as {
    server: { pid: number };
  };
  return record.server.pid;
};
