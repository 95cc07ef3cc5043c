import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verbAddress } from '@edict/contracts';
import { connectEdge } from '@edict/nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, SERVICES } from './commands/up.ts';
import { runForDocuments } from './testing/run-line.ts';
import { startDeployment } from './up/start-deployment.ts';

const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url));

let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edict-cli-'));
  deployment = await startDeployment({
    data: join(folder, 'data'),
    nats: undefined,
    port: undefined,
    sync: '2m',
    services: SERVICES,
    log: () => undefined,
  });
  await run('policy', 'save', POLICIES);
});
afterAll(async () => {
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a line on the deployment, as a machine would read it. */
const run = (...line: readonly string[]) => runForDocuments([...line, '--nats', deployment.url], { folder });

const ask = (id: string, tool: string) =>
  run(
    'decide',
    '--as',
    'payments-bot',
    '--action',
    'tool.invoke',
    '--resource',
    `tool:${tool}`,
    '--request-id',
    id,
  );

const writeSignal = (name: string, signal: object): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(signal));
  return file;
};

describe('on a running deployment', () => {
  it('N9 finds every verdict that was given, allowed or denied, in the log', async () => {
    const denied = await ask('audit-1', 'ledger.delete');
    const allowed = await ask('audit-2', 'mail.send');
    expect([denied.exit, allowed.exit]).toEqual([1, 0]);
    const shown = await run('verdict', 'show', 'audit-1');
    expect(shown.documents[0]).toMatchObject(denied.documents[0] ?? {});
    const listed = await run('verdict', 'list', '--effect', 'deny', '--as', 'payments-bot');
    expect(listed.documents.map(({ request_id }) => request_id)).toContain('audit-1');
    expect(listed.documents.map(({ request_id }) => request_id)).not.toContain('audit-2');
  });

  it('rebuilds the state that the owners hold: the hashes are equal', async () => {
    await ask('replay-1', 'mail.send');
    const replayed = await run('history', 'replay');
    const [report] = (await run('health')).documents as { journals: { journal: string }[] }[];
    expect(replayed.exit).toBe(0);
    expect(replayed.documents.length).toBeGreaterThan(1);
    for (const { journal, revision, state_hash } of replayed.documents) {
      const owned = report?.journals.find((one) => one.journal === journal);
      expect(owned).toMatchObject({ revision, state_hash });
    }
  });

  it('shows the verdict of one of two subjects that differ in their type only', async () => {
    const line = ['--as', 'payments-bot', '--action', 'tool.invoke', '--resource', 'tool:mail.send'];
    for (const type of ['agent', 'user'])
      await run('decide', ...line, '--request-id', 'both', '--type', type);
    const both = await run('verdict', 'show', 'both', '--as', 'payments-bot');
    expect([both.exit, both.err]).toEqual([2, expect.stringContaining('--as payments-bot --type user')]);
    const one = await run('verdict', 'show', 'both', '--type', 'user');
    expect(one).toMatchObject({ exit: 0, documents: [{ request: { subject: { type: 'user' } } }] });
  });

  it('finds every chain whole', async () => {
    await ask('chain-1', 'mail.send');
    const { exit, documents } = await run('audit', 'verify');
    expect(exit).toBe(0);
    expect(documents.map(({ broken }) => broken)).toEqual(documents.map(() => null));
    expect(documents.map(({ journal }) => journal)).toContain('policies.default');
  });

  it('runs a session from its start to its end, and shows it', async () => {
    const start = {
      initiator: 'coordinator',
      participants: ['a', 'b'],
      policy_version: 'policy.claims.majority',
    };
    const [started] = (await run('session', 'start', writeSignal('start.json', start))).documents;
    const session_id = String(started?.['session_id']);
    const signal = (sender: string, message_type: string, payload: object) => ({
      session_id,
      sender,
      message_type,
      payload,
    });
    const file = writeSignal('signals.json', [
      signal('a', 'Proposal', { proposal_id: 'p1', option: 'pay' }),
      signal('a', 'Vote', { proposal_id: 'p1', vote: 'APPROVE' }),
      signal('b', 'Vote', { proposal_id: 'p1', vote: 'APPROVE' }),
    ] as unknown as object);
    expect(await run('session', 'send', file)).toMatchObject({
      exit: 0,
      documents: [{ ok: true }, { ok: true }, { ok: true }],
    });
    await expect
      .poll(async () => (await run('session', 'show', session_id)).documents[0], { timeout: 5_000 })
      .toMatchObject({
        state: 'Open',
        votes: { p1: { a: { vote: 'APPROVE' }, b: { vote: 'APPROVE' } } },
      });
    const listed = await run('session', 'list', '--state', 'Open');
    expect(listed.documents.map((one) => one['session_id'])).toContain(session_id);
  });

  it('shows that the session of a withdrawn request is over', async () => {
    const request_id = 'withdrawn-1';
    const transfer = ['--action', 'tool.invoke', '--resource', 'tool:ledger.transfer'];
    const large = ['--context', '{"amount":5000}', '--request-id', request_id];
    const asked = await run('decide', '--as', 'payments-bot', ...transfer, ...large);
    const [approval] = (asked.documents[0]?.['obligations'] ?? []) as { session_id: string }[];
    const shown = async () => (await run('session', 'show', approval?.session_id ?? '')).documents[0];
    await expect.poll(shown, { timeout: 5_000 }).toMatchObject({ state: 'Open' });
    const edge = await connectEdge({ url: deployment.url, name: 'requester' });
    const report = { request_id, subject: { type: 'agent', id: 'payments-bot' }, outcome: 'cancelled' };
    const address = verbAddress('outcome', 'default');
    const reply = await edge.requester.request(address, JSON.stringify(report), { timeoutMs: 5_000 });
    await edge.close();
    expect(reply.json()).toMatchObject({ effect: 'deny' });
    await expect
      .poll(shown, { timeout: 5_000 })
      .toMatchObject({ state: 'Cancelled', ending: { reasons: [{ code: 'WITHDRAWN' }] } });
  });

  it('ends with 1 when governance refuses a commitment, and says why', async () => {
    const start = {
      initiator: 'coordinator',
      participants: ['a', 'b'],
      policy_version: 'policy.claims.majority',
    };
    const [started] = (await run('session', 'start', writeSignal('start.json', start))).documents;
    const session_id = String(started?.['session_id']);
    const file = writeSignal('early.json', [
      { session_id, sender: 'a', message_type: 'Proposal', payload: { proposal_id: 'p1', option: 'pay' } },
      {
        session_id,
        sender: 'coordinator',
        message_type: 'Commitment',
        payload: {
          commitment_id: 'c1',
          action: 'decision.selected',
          authority_scope: 'claims',
          reason: 'too early',
          mode_version: '1.0.0',
          configuration_version: 'cfg-1',
          outcome_positive: true,
        },
      },
    ]);
    const { exit, documents } = await run('session', 'send', file);
    expect(exit).toBe(1);
    expect(documents.at(-1)).toMatchObject({
      error: {
        code: 'POLICY_DENIED',
        message: expect.stringMatching(/^signal 2 of 2 \(Commitment by coordinator\): .*; 1 sent before it/),
      },
    });
  });

  it('keeps workspaces apart', async () => {
    const elsewhere = await run('policy', 'list', '--workspace', 'else where.*');
    expect(elsewhere).toMatchObject({ exit: 0, documents: [] });
    const asked = await run(
      'decide',
      '--as',
      'payments-bot',
      '--action',
      'tool.invoke',
      '--resource',
      'tool:mail.send',
      '--workspace',
      'else where.*',
    );
    expect(asked).toMatchObject({ exit: 1, documents: [{ reasons: [{ code: 'UNGOVERNED' }] }] });
  });
});

it('ends with 3 and says how to start one when nothing answers', async () => {
  const before = deployment;
  deployment = { ...before, url: 'nats://127.0.0.1:9' };
  const { exit, err } = await run('policy', 'list');
  deployment = before;
  expect([exit, err]).toEqual([3, expect.stringContaining('nats://127.0.0.1:9')]);
  expect(err).toContain('npx edict up');
});
