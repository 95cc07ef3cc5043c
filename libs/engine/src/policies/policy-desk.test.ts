import { Fault, type Parsed, type Receipt } from '@edict/contracts';
import { createMemoryJournals, type MemoryJournals, systemClock } from '@edict/journal';
import { createFaultyJournal, createStepClock } from '@edict/journal/testing';
import { describe, expect, it } from 'vitest';
import type { PolicyWriteQuestion } from './authorise-write.ts';
import {
  createPolicyDesk,
  type PolicyDeskOptions,
  type PolicyMessage,
  policyRefusal,
} from './policy-desk.ts';
import { createPolicyDirectory } from './policy-directory.ts';

const document = (policy_id = 'guardrail.ws', blocked_tools: readonly string[] = ['shell.*']) => ({
  policy_id,
  kind: 'guardrail',
  schema_version: 1,
  description: 'blocks tools',
  rules: { tools: { blocked_tools } },
});

const receipt: Receipt = { journal: 'verdicts.0', revision: 7, index: 0 };

const openDesk = (
  options: Partial<PolicyDeskOptions> = {},
  journals: MemoryJournals = createMemoryJournals(),
) => {
  const asked: PolicyWriteQuestion[] = [];
  const desk = createPolicyDesk({
    openJournal: journals.open,
    clock: systemClock,
    incarnation: 'test',
    authorise: async (question): Promise<Parsed<Receipt>> => {
      asked.push(question);
      return { ok: true, value: receipt };
    },
    ...options,
  });
  const send = async (body: unknown, message: Partial<PolicyMessage> = {}) =>
    JSON.parse((await desk.handle({ ws: 'default', body, ...message })).text);
  return { desk, send, asked, journals };
};

const stored = (journals: MemoryJournals, ws = 'default') =>
  journals.commits(`policies.${ws}`).map((bytes) => JSON.parse(new TextDecoder().decode(bytes)));

describe('the policy desk', () => {
  it('N1 saves to the log and reads from it', async () => {
    const { send, journals } = openDesk();
    const reply = await send({ op: 'save', document: document(), actor: 'ada', reason: 'first' });
    expect(reply).toMatchObject({
      policy_id: 'guardrail.ws',
      revision: 1,
      set_revision: 1,
      receipt: { revision: 1 },
    });
    expect(await send({ op: 'get', policy_id: 'guardrail.ws' })).toMatchObject({
      document: document(),
      actor: 'ada',
    });
    expect(stored(journals)).toHaveLength(1);
  });

  it('gives every refusal its problems, also one that is about a single thing', () => {
    const { text } = policyRefusal({ code: 'POLICY_NOT_FOUND', message: 'no policy x', path: '/policy_id' });
    expect(JSON.parse(text).error).toMatchObject({
      code: 'POLICY_NOT_FOUND',
      retriable: false,
      problems: [{ code: 'POLICY_NOT_FOUND', path: '/policy_id', message: 'no policy x' }],
    });
  });

  it('keeps workspaces apart, whatever their names', async () => {
    const { desk, send, journals } = openDesk();
    await send({ op: 'save', document: document() }, { ws: 'a.b *' });
    expect(await send({ op: 'list' }, { ws: 'a.b' })).toMatchObject({ policies: [] });
    expect(await send({ op: 'list' }, { ws: 'a.b *' })).toMatchObject({
      policies: [{ policy_id: 'guardrail.ws' }],
    });
    expect(journals.names()).toContain('policies.a.b *');
    const open = desk.hosts().map((host) => host.status().journal);
    expect(open).toEqual(['policies.a.b *']);
  });

  it('refuses with every problem at once and appends nothing', async () => {
    const { send, journals } = openDesk();
    const reply = await send({ op: 'save', document: { ...document(), schema_version: 0, extra: 1 } });
    expect(reply.error).toMatchObject({ code: 'POLICY_INVALID', retriable: false });
    expect(reply.error.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/extra',
      '/schema_version',
    ]);
    expect(stored(journals)).toEqual([]);
  });

  it('N2 lets one of two savers that expect the same revision win', async () => {
    const { send } = openDesk();
    const expecting = (tool: string) =>
      send({ op: 'save', document: document('a', [tool]), expected_revision: 0 });
    const replies = await Promise.all([expecting('x'), expecting('y')]);
    expect(replies.map((reply) => reply.revision ?? reply.error.code)).toEqual([1, 'REVISION_CONFLICT']);
  });

  it('answers a repeat with the recorded reply, byte for byte, and records nothing again', async () => {
    const { desk, journals } = openDesk();
    const message = { ws: 'default', body: { op: 'save', document: document(), request_id: 'r-1' } };
    const first = await desk.handle(message);
    await desk.handle({ ws: 'default', body: { op: 'save', document: document('a') } });
    expect((await desk.handle(message)).text).toBe(first.text);
    expect(stored(journals)).toHaveLength(2);
  });

  it('answers a repeat after a restart, from the log', async () => {
    const { desk, journals } = openDesk();
    const message = {
      ws: 'default',
      body: { op: 'save', document: document() },
      request_id: 'from-the-header',
    };
    const first = await desk.handle(message);
    await desk.drain();
    const restarted = openDesk({}, journals).desk;
    expect((await restarted.handle(message)).text).toBe(first.text);
    const other = { ...message, body: { op: 'save', document: document('other') } };
    expect((await restarted.handle(other)).rejection).toMatchObject({ code: 'REQUEST_ID_REUSED' });
  });

  it('takes the document as it is when the message comes: the sender cannot change it any more', async () => {
    const { desk, send } = openDesk();
    const body = { op: 'save', document: document('a', ['x']) };
    const handled = desk.handle({ ws: 'default', body });
    (body.document.rules.tools.blocked_tools as string[]).push('y');
    await handled;
    expect(await send({ op: 'get', policy_id: 'a' })).toMatchObject({ document: document('a', ['x']) });
  });

  it('tells a directory of every change, so that it is enforced at once', async () => {
    const directory = createPolicyDirectory();
    const { send } = openDesk({ onEvents: (ws, events) => directory.applyEvents(ws, events) });
    const { set_revision } = await send({ op: 'save', document: document() });
    expect(directory.current('default').revision).toBe(set_revision);
  });

  it('says that the journal is out of reach, and tries again at the next message', async () => {
    const journals = createMemoryJournals();
    let reachable = false;
    const openJournal: PolicyDeskOptions['openJournal'] = async (name) => {
      if (!reachable) throw new Fault('JOURNAL_UNREACHABLE', 'no broker', { retriable: true });
      return journals.open(name);
    };
    const { send } = openDesk({ openJournal });
    expect(await send({ op: 'list' })).toMatchObject({ error: { code: 'UNAVAILABLE', retriable: true } });
    reachable = true;
    expect(await send({ op: 'list' })).toMatchObject({ policies: [] });
  });

  it('takes nothing more once it was drained', async () => {
    const { desk, send } = openDesk();
    await send({ op: 'list' });
    await desk.drain();
    expect(await send({ op: 'list' })).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });

  it.each(['save_profile', 'create_effective'])('answers %s as UNSUPPORTED with a pointer', async (op) => {
    expect(await openDesk().send({ op })).toMatchObject({
      error: { code: 'UNSUPPORTED', problems: [{ path: '/op' }] },
    });
  });
});

describe('the host of a workspace', () => {
  it('is not kept for one that was only asked about', async () => {
    const { desk, send } = openDesk();
    for (let i = 0; i < 100; i++) {
      const ws = `w-${i}`;
      expect(await send({ op: 'list' }, { ws })).toMatchObject({ policies: [] });
      expect(await send({ op: 'delete', policy_id: 'a' }, { ws })).toMatchObject({
        error: { code: 'POLICY_NOT_FOUND' },
      });
    }
    expect(desk.hosts()).toEqual([]);
  });

  it('is kept once something was saved, also when that was on its way while others asked', async () => {
    const { desk, send } = openDesk();
    for (let i = 0; i < 20; i++) {
      const ws = `w-${i}`;
      const list = () => send({ op: 'list' }, { ws });
      const replies = await Promise.all([list(), send({ op: 'save', document: document() }, { ws }), list()]);
      expect(replies).toMatchObject([
        { policies: expect.any(Array) },
        { revision: 1 },
        { policies: expect.any(Array) },
      ]);
      expect(await list()).toMatchObject({ policies: [{ policy_id: 'guardrail.ws' }] });
    }
    expect(desk.hosts()).toHaveLength(20);
  });

  it('is kept while nobody knows whether its first commit was stored', async () => {
    const clock = createStepClock();
    const journals = createMemoryJournals();
    const journal = createFaultyJournal(await journals.open('policies.default'));
    const outOfReach = async (): Promise<void> => journal.failReads(Number.POSITIVE_INFINITY);
    journal.appends.push({ kind: 'rival-on-top', rival: outOfReach });
    const { desk, send } = openDesk({ clock, openJournal: async () => journal }, journals);
    const saved = send({ op: 'save', document: document() }, { deadline: clock.monotonic() + 1_000 });
    // The commit leaves; then its deadline passes.
    for (const ms of [0, 0, 3_000]) await clock.step(ms);
    expect(await saved).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    expect(desk.hosts()).toHaveLength(1);
    journal.failReads(0);
    await clock.step(3_000);
    expect(await send({ op: 'list' })).toMatchObject({ policies: [{ policy_id: 'guardrail.ws' }] });
    expect(desk.hosts()).toHaveLength(1);
  });
});

describe('N17 an agent that changes policies in its own name', () => {
  const bound = { as: 'deployer' };

  it('is told which field is missing of a document that nobody could judge', async () => {
    const { send, asked } = openDesk();
    expect(await send({ op: 'save', document: {} }, bound)).toMatchObject({
      error: {
        code: 'BAD_REQUEST',
        path: '/document/policy_id',
        message: expect.stringContaining('document.policy_id is missing: must be a string'),
      },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [{ op: 'save', document: document('a') }, ['policy.save a']],
    [{ op: 'save', document: document('a'), enforcement: 'off' }, ['policy.save a', 'policy.activate a']],
    [{ op: 'rollback', policy_id: 'a', revision: 1 }, ['policy.save a']],
    [{ op: 'restore', policy_id: 'a' }, ['policy.save a']],
    [{ op: 'delete', policy_id: 'a' }, ['policy.delete a']],
    [{ op: 'set_enforcement', policy_id: 'a', enforcement: 'off' }, ['policy.activate a']],
    [{ op: 'set_workspace', ungoverned: 'allow' }, ['policy.activate workspace']],
    [{ op: 'list' }, []],
  ])('needs the right to do exactly that: %o', async (command, rights) => {
    const { send, asked } = openDesk();
    await send(command, bound);
    expect(asked.map(({ id, action, resource }) => `${id} ${action} ${resource}`)).toEqual(
      rights.map((right) => `deployer ${right}`),
    );
  });

  it('is the actor, and the log names the verdict that let it', async () => {
    const { send, journals } = openDesk();
    await send({ op: 'save', document: document(), reason: 'release' }, bound);
    expect(stored(journals)[0].entries[0].events[0].data).toMatchObject({
      actor: 'deployer',
      reason: 'release',
      authorised_by: [receipt],
    });
  });

  it('changes nothing when it is not allowed, or when that cannot be judged', async () => {
    const rejection = { code: 'FORBIDDEN' as const, message: 'nobody speaks about it' };
    const refusing = openDesk({ authorise: async () => ({ ok: false, rejection }) });
    expect(await refusing.send({ op: 'save', document: document() }, bound)).toMatchObject({
      error: rejection,
    });
    const failing = openDesk({ authorise: () => Promise.reject(new Error('no enforcer')) });
    expect(await failing.send({ op: 'save', document: document() }, bound)).toMatchObject({
      error: { code: 'UNAVAILABLE' },
    });
    expect([...stored(refusing.journals), ...stored(failing.journals)]).toEqual([]);
  });

  it('cannot name another actor, nor bring its own permission', async () => {
    const { send, asked } = openDesk();
    expect(await send({ op: 'delete', policy_id: 'a', actor: 'ada' }, bound)).toMatchObject({
      error: { code: 'IDENTITY_MISMATCH', path: '/actor' },
    });
    expect(await send({ op: 'delete', policy_id: 'a', authorised_by: [receipt] }, bound)).toMatchObject({
      error: { code: 'BAD_REQUEST', path: '/authorised_by' },
    });
    expect(asked).toEqual([]);
  });

  it('is judged for the document that is saved, which must have an id', async () => {
    const { send, asked } = openDesk();
    expect(await send({ op: 'save', document: { ...document(), policy_id: '' } }, bound)).toMatchObject({
      error: { code: 'BAD_REQUEST', path: '/document/policy_id' },
    });
    expect(asked).toEqual([]);
  });

  it('hands the request id on, so that a repeat is judged once', async () => {
    const { send, asked } = openDesk();
    await send({ op: 'save', document: document(), request_id: 'r-1' }, bound);
    expect(asked).toMatchObject([{ request_id: 'r-1' }]);
  });
});
