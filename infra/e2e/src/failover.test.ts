import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verbAddress } from '@edict/contracts';
import { connectStore, type NatsServer, provision, startNatsServer } from '@edict/nats';
import { connectEdict } from '@edict/sdk';
import type { Msg } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bus, connectBus } from './bus.ts';
import { allowedByAgent, askAll, differences } from './callers.ts';
import { type EdictProcess, eventually, runEdict, startEdict, untilReady } from './edict-process.ts';
import { budget, guardrail, savePolicy, toolRequest } from './messages.ts';
import { verdictJournalsByOwner } from './owners.ts';

const WS = 'failover';
const AGENTS = 8;
const REQUESTS_PER_AGENT = 60;
const BUDGET = 40;
/** So many that each of three enforcers owns some, whatever their names. */
const PARTITIONS = 32;

let folder: string;
let server: NatsServer;
let bus: Bus;
const running = new Set<EdictProcess>();

const start = (...args: string[]): EdictProcess => {
  const edict = startEdict('--nats', server.url, ...args);
  running.add(edict);
  return edict;
};

const startServer = (port: number): Promise<NatsServer> =>
  startNatsServer({ storeDir: join(folder, 'nats'), port, sync: 'always' });

/** Sixty requests of each of eight agents, in turn; the test's name keeps agents, and so budgets, apart. */
const requestsOf = (name: string) =>
  Array.from({ length: AGENTS * REQUESTS_PER_AGENT }, (_, number) =>
    toolRequest(`${name}-${number}`, `${name}-agent-${number % AGENTS}`, 'pay.out', 1),
  );

const agentOf = (requestId: string): string => String(Number(requestId.split('-').at(-1)) % AGENTS);

const expectBudgetsSpentExactly = (answers: ReadonlyMap<string, string>): void => {
  expect(answers.size).toBe(AGENTS * REQUESTS_PER_AGENT);
  const counts = [...allowedByAgent(new Map(answers), agentOf).values()];
  expect(counts).toEqual(Array.from({ length: AGENTS }, () => BUDGET));
};

/** One answer from the enforcers means that somebody owns that partition; eight agents ask about several. */
const enforcersAnswer = async (): Promise<boolean> => {
  const probes = Array.from({ length: AGENTS }, (_, number) =>
    toolRequest(`probe-${number}`, `probe-${number}`, 'none'),
  );
  const replies = await Promise.all(
    probes.map((probe) => bus.tryToAsk(verbAddress('decide', WS), probe, 1_000)),
  );
  return replies.every((reply) => reply !== undefined && reply.body.error === undefined);
};

const ownersWithShare = async (): Promise<number> =>
  (await verdictJournalsByOwner(bus)).filter((journals) => journals > 0).length;

/** A further enforcer, once it owns partitions: before that, nothing would be lost with it. */
const startOwner = async (): Promise<EdictProcess> => {
  const before = await ownersWithShare();
  const edict = start('--only', 'enforcer');
  await untilReady(edict, 'the new enforcer owns partitions', async () => (await ownersWithShare()) > before);
  return edict;
};

const millisecondsUntil = async (isSo: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  await eventually('all partitions are served again', isSo);
  return performance.now() - began;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edict-failover-'));
  server = await startServer(0);
  const store = await connectStore({ url: server.url, name: 'set-up' });
  await provision(store, { partitions: PARTITIONS });
  await store.close();
  bus = await connectBus(server.url);
  const policyStore = start('--only', 'policy-store');
  const enforcer = start('--only', 'enforcer');
  await untilReady(policyStore, 'the policy store answers', async () => {
    const reply = await bus.tryToAsk(verbAddress('policy', WS), { op: 'list' }, 1_000);
    return reply !== undefined && reply.body.error === undefined;
  });
  await savePolicy(bus, WS, guardrail(['pay.*']));
  await savePolicy(bus, WS, budget(BUDGET));
  await untilReady(enforcer, 'the enforcer answers', enforcersAnswer);
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

describe('two enforcers on one NATS', () => {
  test('a shared budget is spent exactly, while a second enforcer joins', async () => {
    start('--only', 'enforcer');
    for (let round = 0, joined = false; !joined; round++) {
      const requests = requestsOf(`join-${round}`);
      expectBudgetsSpentExactly(await askAll(bus, { ws: WS, requests, inFlight: 16 }));
      joined = (await ownersWithShare()) === 2;
    }
  });

  test('killing one of them moves its partitions, within 3 s, and no request is answered twice differently', async () => {
    const victim = await startOwner();
    const requests = requestsOf('kill');
    let servedAgain: Promise<number> | undefined;
    const answers = await askAll(bus, {
      ws: WS,
      requests,
      inFlight: 16,
      attemptMs: 1_000,
      onAnswer: (count) => {
        if (count !== 100) return;
        victim.signal('SIGKILL');
        servedAgain = millisecondsUntil(enforcersAnswer);
      },
    });
    expectBudgetsSpentExactly(answers);
    expect(await servedAgain).toBeLessThan(3_000);
    expect(differences(answers, await askAll(bus, { ws: WS, requests, inFlight: 16 }))).toEqual([]);
  });

  test('who uses the SDK asks owners directly, and goes on being answered when one of them is killed', async () => {
    const victim = await startOwner();
    const edict = await connectEdict({ url: server.url, workspace: WS });
    let indirect = 0;
    const notDirect = (message: Msg): void => {
      if (!message.subject.includes('.member.') || message.headers?.has('Edict-Relayed')) indirect += 1;
    };
    const watched = [verbAddress('decide', WS), `edict.v1.member.*.decide.${WS}`].map((subject) =>
      bus.nc.subscribe(subject, { callback: (_, message) => notDirect(message) }),
    );
    let round = 0;
    const allAnswered = async (): Promise<boolean> => {
      const name = `direct-${round++}`;
      const replies = await Promise.all(requestsOf(name).map((each) => edict.decide(each)));
      return replies.every(({ error }) => error === undefined);
    };
    await eventually('owners are asked directly', async () => {
      indirect = 0;
      return (await allAnswered()) && indirect === 0;
    });
    // While somebody watches, the broker does not tell that nobody answers.
    for (const subscription of watched) subscription.unsubscribe();
    victim.signal('SIGKILL');
    await eventually('all are answered again', allAnswered);
    await edict.close();
  });

  test('while one is frozen a client that retries once is answered, and its waking changes nothing', async () => {
    const frozen = await startOwner();
    const requests = requestsOf('freeze');
    frozen.signal('SIGSTOP');
    const answers = await askAll(bus, { ws: WS, requests, inFlight: 16, attempts: 2 });
    frozen.signal('SIGCONT');
    expectBudgetsSpentExactly(answers);
    await eventually('the enforcers answer', enforcersAnswer);
    expect(differences(answers, await askAll(bus, { ws: WS, requests, inFlight: 16 }))).toEqual([]);
  });
});

describe('NATS is killed and comes back on the same port', () => {
  test('every answer that a client has seen is in the journal, and every chain fits', async () => {
    const requests = requestsOf('broker');
    let back: Promise<void> | undefined;
    const answers = await askAll(bus, {
      ws: WS,
      requests,
      inFlight: 16,
      attemptMs: 1_000,
      onAnswer: (count) => {
        if (count === 100) back = restart();
      },
    });
    await back;
    expectBudgetsSpentExactly(answers);
    expect(differences(answers, await askAll(bus, { ws: WS, requests, inFlight: 16 }))).toEqual([]);

    const shown = await runEdict(
      'verdict',
      'show',
      'broker-99',
      '--as',
      'broker-agent-3',
      '--workspace',
      WS,
      '--json',
      '--nats',
      server.url,
    );
    expect(shown.code, shown.stderr).toBe(0);
    expect(JSON.parse(shown.stdout)).toMatchObject({ request_id: 'broker-99' });
    const verified = await runEdict('audit', 'verify', '--nats', server.url);
    expect(verified.code, verified.stderr + verified.stdout).toBe(0);
  });

  const restart = async (): Promise<void> => {
    const { port, pid } = server;
    process.kill(pid, 'SIGKILL');
    await eventually('the server is gone', async () => !isRunning(pid));
    server = await startServer(port);
  };
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
