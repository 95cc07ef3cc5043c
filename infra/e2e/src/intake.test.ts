import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEALTH_ADDRESS, type HealthReport, intakeAddress, verbAddress } from '@edict/contracts';
import { type NatsServer, startNatsServer } from '@edict/nats';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bus, connectBus, type Json } from './bus.ts';
import { type EdictProcess, eventually, startEdict, untilReady } from './edict-process.ts';
import { budget, guardrail, savePolicy, toolRequest } from './messages.ts';

const WS = 'intake';
const AGENTS = 8;
const REQUESTS = 8_000;
const PUBLISHED_AT_ONCE = 200;
const BUDGET = 100;
/** The broker waits for a dead member before it gives its messages to another. */
const REDELIVERED_MS = 60_000;

let folder: string;
let server: NatsServer;
let bus: Bus;
const running = new Set<EdictProcess>();
/** Every verdict that the feed told, by the id of its event. */
const verdicts = new Map<string, Json>();

const start = (...services: string[]): EdictProcess => {
  const only = services.flatMap((service) => ['--only', service]);
  const edict = startEdict('--nats', server.url, ...only);
  running.add(edict);
  return edict;
};

const kill = async (edict: EdictProcess): Promise<void> => {
  running.delete(edict);
  edict.signal('SIGKILL');
  await edict.ended;
};

const requests = Array.from({ length: REQUESTS }, (_, number) =>
  toolRequest(`intake-${number}`, `intake-agent-${number % AGENTS}`, 'pay.out', 1),
);

const health = async (): Promise<HealthReport> => (await bus.ask(HEALTH_ADDRESS, '{}')).body;

/** How much of the intake is not done yet. */
const left = async (): Promise<number> =>
  (await health()).intake.reduce((sum, { waiting, taken }) => sum + waiting + taken, 0);

/** Resolves as soon as the feed has told so many verdicts. */
const untilTold = (count: number): Promise<void> =>
  new Promise((resolve) => {
    onTold = () => {
      if (verdicts.size >= count) resolve();
    };
    onTold();
  });
let onTold = (): void => {};

const leaveAll = async (): Promise<void> => {
  for (let first = 0; first < REQUESTS; first += PUBLISHED_AT_ONCE) {
    const some = requests.slice(first, first + PUBLISHED_AT_ONCE);
    await Promise.all(some.map((request) => bus.ask(intakeAddress('decide', WS), request)));
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edict-intake-'));
  server = await startNatsServer({ storeDir: folder, port: 0, sync: 'always' });
  bus = await connectBus(server.url);
  bus.nc.subscribe(`edict.v1.events.${WS}.verdict.issued`, {
    callback: (_, message) => {
      for (const { id, data } of message.json<Json[]>()) verdicts.set(id, data);
      onTold();
    },
  });
  const base = start('policy-store', 'projector');
  await untilReady(base, 'the policy store answers', async () => {
    const reply = await bus.tryToAsk(verbAddress('policy', WS), { op: 'list' }, 1_000);
    return reply !== undefined && reply.body.error === undefined;
  });
  await savePolicy(bus, WS, guardrail(['pay.*']));
  await savePolicy(bus, WS, budget(BUDGET));
});

afterEach((context) => {
  if (context.task.result?.state !== 'fail') return;
  for (const edict of running) console.error(`--- ${edict.pid}\n${edict.output()}`);
});

afterAll(async () => {
  await bus?.close();
  await Promise.all([...running].map((edict) => edict.stop()));
  await server?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe('requests that nobody waits for', () => {
  test('are each decided once and charged once, though every enforcer is killed while it works them off', async () => {
    await leaveAll();
    expect(await left()).toBe(REQUESTS);
    for (const share of [0.05, 0.15, 0.3]) {
      const victim = start('enforcer');
      await untilTold(share * REQUESTS);
      await kill(victim);
      expect(await left()).toBeGreaterThan(0);
    }
    start('enforcer');
    start('enforcer');
    await eventually('the intake is empty', async () => (await left()) === 0, REDELIVERED_MS);
    await untilTold(REQUESTS);

    const ids = new Set([...verdicts.values()].map(({ request_id }) => request_id));
    expect(ids.size).toBe(REQUESTS);
    expect(verdicts.size).toBe(REQUESTS);
    const allowed = [...verdicts.values()].filter(({ effect }) => effect === 'allow');
    expect(allowed.length).toBe(AGENTS * BUDGET);
  });
});
