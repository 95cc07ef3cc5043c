import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalName, verbAddress } from '@edict/contracts';
import { startEnforcer } from '@edict/enforcer';
import type { Snapshots } from '@edict/journal';
import {
  connectEdge,
  connectStore,
  type EdgeConnection,
  jetStreamJournals,
  streamSnapshots,
} from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { startPolicyStore } from '@edict/policy-store';
import { createLogger, openServiceContext, serveHealth } from '@edict/service-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runForDocuments } from './testing/run-line.ts';

const JOURNAL: JournalName = 'verdicts.0';
const soon = { timeout: 15_000, interval: 50 };

/** Services that take a checkpoint every few commits. */
const startServices = async (url: string) => {
  const context = await openServiceContext({
    connection: { url, name: 'retention' },
    services: ['policy-store', 'enforcer'],
    log: createLogger({ level: 'error', format: 'json', write: () => undefined }),
    provision: { partitions: 1 },
    checkpoints: { commits: 4, keepMs: 1_000 },
  });
  const running = [await startPolicyStore(context), await startEnforcer(context)];
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
  folder = mkdtempSync(join(tmpdir(), 'edict-retention-'));
  services = await startServices(nats.url);
  await ask('policy', { op: 'set_workspace', ungoverned: 'allow', actor: 'ada', reason: 'test' });
});
afterAll(async () => {
  await services.stop();
  await caller.close();
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (verb: 'decide' | 'policy', body: unknown): Promise<Record<string, unknown>> =>
  (await caller.requester.request(verbAddress(verb, 'default'), JSON.stringify(body))).json();

const decide = (id: string) =>
  ask('decide', {
    request_id: id,
    subject: { type: 'agent', id: 'spender' },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'pay' },
  });

/** Runs a verb: what it says as a machine reads it, and what people are told besides. */
const run = (...line: readonly string[]) => runForDocuments([...line, '--nats', nats.url], { folder });

const snapshots = (): Snapshots => streamSnapshots(services.context.store);
const journal = () => jetStreamJournals(services.context.store)(JOURNAL);
/** The retry window is minutes, so what an owner would purge after it is purged here by hand, below both snapshots. */
const purgeAsAfterTheWindow = async (): Promise<number> => {
  await vi.waitFor(async () => expect(await snapshots().sealed(JOURNAL)).toHaveLength(2), soon);
  const revisions = (await snapshots().sealed(JOURNAL)).map(({ id }) => Number(id.split('-')[0]));
  const below = Math.min(...revisions) + 1;
  await (await journal()).purge?.(below);
  return below;
};

describe('a journal whose beginning was purged', () => {
  let below = 0;
  beforeAll(async () => {
    for (let i = 0; i < 6; i++) await decide(`r-${i}`);
    await vi.waitFor(async () => expect(await snapshots().sealed(JOURNAL)).toHaveLength(1), soon);
    for (let i = 6; i < 14; i++) await decide(`r-${i}`);
    below = await purgeAsAfterTheWindow();
  });

  it('is kept within the retry window, whatever the owner is told', async () => {
    expect(below).toBeGreaterThan(4);
    expect(await (await journal()).first?.()).toBe(below);
  });

  it('is verified from there on, because a checkpoint vouches for it', async () => {
    const { exit, documents } = await run('audit', 'verify');
    expect(exit).toBe(0);
    expect(documents.find((one) => one.journal === JOURNAL)).toMatchObject({ from: below, broken: null });
  });

  it('is replayed from the checkpoint on, says so, and comes to the state of the owner', async () => {
    const { exit, documents } = await run('history', 'replay', '--kind', 'verdicts');
    expect(exit).toBe(0);
    expect(documents).toMatchObject([{ journal: JOURNAL, began: { revision: below - 1 }, differences: [] }]);
    const [health] = (await run('health')).documents;
    const owned = health.journals.find((one: { journal: string }) => one.journal === JOURNAL);
    expect(owned).toMatchObject({ revision: documents[0].revision, state_hash: documents[0].state_hash });
  });

  it('is not replayed to where it cannot be rebuilt any more', async () => {
    const { exit, err } = await run('history', 'replay', '--to', `${JOURNAL}/2`);
    expect(exit).not.toBe(0);
    expect(err).toMatch(/cannot be rebuilt as it was then: it was purged/);
  });

  it('shows what is kept, and says since when instead of that there never was such a verdict', async () => {
    expect((await run('verdict', 'show', 'r-13')).exit).toBe(0);
    const { exit, err } = await run('verdict', 'show', 'r-0');
    expect(exit).not.toBe(0);
    expect(err).toMatch(new RegExp(`verdicts.0 was purged below revision ${below}: .* before 20\\d\\d-`));
    const listed = await run('verdict', 'list');
    expect(listed.documents.map(({ request }) => request.request_id)).toContain('r-13');
    expect(listed.err).toContain(`purged below revision ${below}`);
  });

  it('is taken over from the checkpoint, and goes on', async () => {
    await services.stop();
    services = await startServices(nats.url);
    expect(await decide('r-13')).toMatchObject({ decision: true });
    expect(await decide('fresh')).toMatchObject({ decision: true });
    expect((await run('audit', 'verify')).exit).toBe(0);
  });

  it('is refused when no snapshot is left', async () => {
    await services.stop();
    const store = await connectStore({ url: nats.url, name: 'fault' });
    await streamSnapshots(store).keepOnly(JOURNAL, []);
    await store.close();
    services = await startServices(nats.url);
    expect(await decide('late')).toMatchObject({ error: { code: 'JOURNAL_BROKEN' } });
    const { exit, documents } = await run('health');
    expect(exit).toBe(1);
    expect(JSON.stringify(documents)).toMatch(/was purged.*no checkpoint could be used/);
  });
});
