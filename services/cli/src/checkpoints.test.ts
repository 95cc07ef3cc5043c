import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNAL_KINDS, journalName, verbAddress } from '@edict/contracts';
import { startEnforcer } from '@edict/enforcer';
import { connectEdge, type EdgeConnection, streamSnapshots } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { startPolicyStore } from '@edict/policy-store';
import { startProjectorService } from '@edict/projector';
import { createLogger, openServiceContext, type ServiceContext, serveHealth } from '@edict/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runForDocuments } from './testing/run-line.ts';

const PARTITIONS = 2;
const COMMITS = 5;

const startServices = async (url: string) => {
  const context = await openServiceContext({
    connection: { url, name: 'checkpoints' },
    services: ['policy-store', 'enforcer', 'projector'],
    log: createLogger({ level: 'error', format: 'json', write: () => undefined }),
    provision: { partitions: PARTITIONS },
    checkpoints: { commits: COMMITS },
  });
  const running = [
    await startPolicyStore(context),
    await startEnforcer(context),
    await startProjectorService(context),
  ];
  const health = serveHealth(context, running, { durability: 'for a test', pingTimeoutMs: undefined });
  await context.edge.nc.flush();
  return {
    context,
    stop: async () => {
      await health.stop();
      await Promise.all(running.map((service) => service.stop()));
      await context.close();
    },
  };
};

let nats: TestNats;
let caller: EdgeConnection;
let folder: string;
let services: Awaited<ReturnType<typeof startServices>>;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  caller = await connectEdge({ url: nats.url, name: 'caller' });
  folder = mkdtempSync(join(tmpdir(), 'edict-checkpoints-'));
  services = await startServices(nats.url);
  await ask('policy', { op: 'save', document: spending, actor: 'ada', reason: 'test' });
  await ask('policy', { op: 'set_workspace', ungoverned: 'allow', actor: 'ada', reason: 'test' });
});
afterAll(async () => {
  await services.stop();
  await caller.close();
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});

const spending = {
  policy_id: 'limits.agents',
  kind: 'limits',
  schema_version: 1,
  description: 'What an agent may spend',
  rules: [
    {
      id: 'spend',
      measure: 'cost',
      key: ['agent'],
      budget: { limit: 50, window: 'lifetime' },
      on_exceeded: 'reject',
    },
  ],
};

const ask = async (verb: 'decide' | 'policy', body: unknown): Promise<Record<string, unknown>> =>
  (await caller.requester.request(verbAddress(verb, 'default'), JSON.stringify(body))).json();

const spend = (id: string, cost: number) =>
  ask('decide', {
    request_id: id,
    subject: { type: 'agent', id: 'spender' },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'pay' },
    context: { cost },
  });

/** Runs a verb as a machine would read it. */
const run = (...line: readonly string[]) => runForDocuments([...line, '--nats', nats.url], { folder });

const sealed = async ({ store }: ServiceContext) => {
  const all = await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) =>
      streamSnapshots(store).sealed(journalName('verdicts', partition)),
    ),
  );
  return all.flat();
};

const eventually = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 15_000; !(await isSo()); ) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('services that take checkpoints', () => {
  it('go on from one after a restart: spend, repeats, replay, chains and views are as without', async () => {
    const first = await spend('c-0', 1);
    expect(first).toMatchObject({ decision: true });
    for (let i = 1; i < 2 * COMMITS; i++) await spend(`c-${i}`, 1);
    await eventually('a checkpoint is taken', async () => (await sealed(services.context)).length > 0);
    await services.stop();
    services = await startServices(nats.url);

    expect(await spend('c-0', 1)).toEqual(first);
    expect(await spend('more', 100)).toMatchObject({ decision: false });
    expect(await spend('rest', 40)).toMatchObject({ decision: true });
    expect(await spend('over', 1)).toMatchObject({ decision: false });

    const verified = await run('audit', 'verify');
    expect([verified.exit, verified.documents.map(({ broken }) => broken)]).toEqual([
      0,
      verified.documents.map(() => null),
    ]);
    const replayed = await run('history', 'replay');
    expect(replayed.exit).toBe(0);
    const [report] = (await run('health')).documents;
    for (const { journal, revision, state_hash } of replayed.documents) {
      const owned = report.journals.find((one: { journal: string }) => one.journal === journal);
      expect(owned).toMatchObject({ revision, state_hash });
    }
    expect(replayed.documents.map(({ journal }) => journal.split('.')[0])).toEqual(
      expect.arrayContaining([JOURNAL_KINDS[0], JOURNAL_KINDS[1]]),
    );
    await eventually('the views have read the checkpoints too', async () => {
      const [now] = (await run('health')).documents;
      return now.ok === true && now.views.every(({ lag }: { lag: number }) => lag === 0);
    });
  });
});
