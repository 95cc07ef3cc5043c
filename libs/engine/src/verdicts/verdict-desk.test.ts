import { type Commit, parseJsonText, type Rejection, type VerdictReply } from '@edict/contracts';
import { requestKey } from '@edict/core';
import { createMemoryJournals, parseCommit } from '@edict/journal';
import { createFaultyJournal, createStepClock, type FaultyJournal, settled } from '@edict/journal/testing';
import { describe, expect, it } from 'vitest';
import { type InternalCommand, readInternalReply, type SendInternal } from '../internal.ts';
import { createPolicyDesk } from '../policies/policy-desk.ts';
import { createPolicyDirectory } from '../policies/policy-directory.ts';
import { createSessionDesk } from '../sessions/session-desk.ts';
import { readDecision, readOutcome } from './read-decision.ts';
import { createVerdictDesk } from './verdict-desk.ts';

type Reply = VerdictReply & { readonly error?: { readonly code: string; readonly path?: string } };

const GUARDRAIL = {
  policy_id: 'guardrail.payments',
  kind: 'guardrail',
  schema_version: 1,
  description: 'What payment agents may touch',
  rules: {
    tools: {
      allowed_tools: ['ledger.*'],
      require_approval: [
        {
          tool: 'ledger.transfer',
          decision_policy: 'policy.std.unanimous',
          approvers: ['fraud', 'risk', 'payer'],
          within: '1m',
        },
      ],
    },
  },
};
const LIMITS = {
  policy_id: 'limits.agents',
  kind: 'limits',
  schema_version: 1,
  description: 'Spend',
  rules: [{ id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: 'lifetime' } }],
};

/** A verdict desk and a session desk on one set of journals, with every crossing between them in the test's hand. */
const createRig = async () => {
  const clock = createStepClock();
  const memory = createMemoryJournals();
  const directory = createPolicyDirectory();
  const opened = new Map<string, FaultyJournal>();
  const rig = {
    fresh: true,
    deliver: true,
    incarnations: 0,
    tamper: (command: InternalCommand): InternalCommand => command,
  };
  const crossings: InternalCommand[] = [];
  const open = async (name: Parameters<typeof memory.open>[0]) => {
    const journal = createFaultyJournal(await memory.open(name));
    opened.set(name, journal);
    return journal;
  };
  const sendInternal: SendInternal = async (sent) => {
    const command = rig.tamper(sent);
    crossings.push(command);
    if (!rig.deliver) throw new Error('nobody owns the target');
    const reply = await new Promise<string>((resolve) => {
      if (command.kind === 'verdicts')
        desks.verdicts.close(command.partition, command.ws, command.command, resolve);
      else desks.sessions.internal(command.partition, command.ws, command.command, resolve);
    });
    return readInternalReply(reply);
  };
  const options = () => ({
    partitions: 2,
    openJournal: open,
    clock,
    incarnation: `i${++rig.incarnations}`,
    directory,
    fresh: () => rig.fresh,
    sendInternal,
  });
  const desks = { verdicts: createVerdictDesk(options()), sessions: createSessionDesk(options()) };
  await Promise.all([desks.verdicts.own([0, 1]), desks.sessions.own([0, 1])]);
  const policies = createPolicyDesk({
    openJournal: open,
    clock,
    incarnation: 'p',
    authorise: async () => ({ ok: false, rejection: { code: 'FORBIDDEN', message: 'no' } }),
    onEvents: (ws, events) => directory.applyEvents(ws, events),
  });
  const save = (document: object) => policies.handle({ ws: 'default', body: { op: 'save', document } });
  const facts = { ws: 'default', freshId: () => 'made' };
  const send = (body: object, as?: string): Promise<Reply> =>
    new Promise((resolve) => {
      const read = readDecision(Buffer.from(JSON.stringify(body)), {
        ...facts,
        ...(as !== undefined && { as }),
      });
      if (!read.ok) resolve({ decision: false, error: read.rejection } as unknown as Reply);
      else desks.verdicts.decide(read.value, clock.monotonic() + 5_000, (text) => resolve(JSON.parse(text)));
    });
  const request = (tool: string, id: string, context: object = {}, more: object = {}) => ({
    request_id: id,
    subject: { type: 'agent', id: 'payer' },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: tool },
    context,
    ...more,
  });
  let signals = 0;
  const vote = (session_id: string, sender: string, value: string): Promise<{ ok: boolean }> =>
    new Promise((resolve) => {
      const envelope = {
        macp_version: '1.0',
        mode: 'macp.mode.decision.v1',
        message_type: 'Vote',
        message_id: `m${++signals}`,
        session_id,
        sender,
        timestamp_unix_ms: 1,
        payload: { proposal_id: 'request', vote: value, reason: '' },
      };
      desks.sessions.signal({ ws: 'default', envelope }, clock.monotonic() + 5_000, (text) =>
        resolve(JSON.parse(text)),
      );
    });
  const outcome = (body: object): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const read = readOutcome(Buffer.from(JSON.stringify(body)), facts);
      if (!read.ok) resolve({ error: read.rejection });
      else desks.verdicts.outcome(read.value, clock.monotonic() + 5_000, (text) => resolve(JSON.parse(text)));
    });
  const commits = (): Commit[] =>
    memory
      .names()
      .filter((name) => name.startsWith('verdicts'))
      .flatMap((name) => memory.commits(name).map((bytes) => parseCommit(name, bytes)));
  /** Another process takes the verdicts over, with a state rebuilt from the journals. */
  const takeOver = async (): Promise<void> => {
    desks.verdicts = createVerdictDesk(options());
    await desks.verdicts.own([0, 1]);
  };
  /** A rival that took itself for the owner, for a moment: it decides one request and never comes back. */
  const sendToRival = async (body: object): Promise<Reply> => {
    const owner = desks.verdicts;
    desks.verdicts = createVerdictDesk(options());
    const reply = await send(body);
    desks.verdicts = owner;
    return reply;
  };
  return {
    clock,
    rig,
    save,
    sendToRival,
    send,
    request,
    vote,
    outcome,
    commits,
    crossings,
    opened,
    takeOver,
    directory,
    desks,
  };
};

const sessionOf = (reply: Reply): string => {
  const approval = reply.obligations.find(({ type }) => type === 'approval');
  return approval?.type === 'approval' ? approval.session_id : '';
};

describe('an owner that hears of no request', () => {
  it('ends a reservation in time that somebody else recorded in its journal', async () => {
    const { clock, save, sendToRival, request, commits } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    expect(await sendToRival(request('ledger.read', 'r-1', { cost: 4 }))).toMatchObject({ decision: true });
    await clock.step(35_000);
    const types = commits().flatMap(({ entries }) =>
      entries.flatMap(({ events }) => events.map((each) => each.type)),
    );
    expect(types).toEqual(['verdict.issued', 'limit.reserved', 'limit.settled']);
  });
});

describe('a decision request', () => {
  it('is refused when what policies ask for does not fit into a commit: no obligation is left out', async () => {
    const { save, send, commits } = await createRig();
    const logs = (policy_id: string, count: number) => ({
      policy_id,
      kind: 'hooks',
      schema_version: 1,
      description: 'Everything on the record',
      rules: Array.from({ length: count }, (_, place) => ({
        id: `log-${place}`,
        phase: 'before',
        operation: 'read',
        pattern: '**',
        effect: 'log',
      })),
    });
    const read = (id: string) => ({
      request_id: id,
      subject: { type: 'agent', id: 'payer' },
      action: { name: 'data.read' },
      resource: { type: 'key', id: 'users/7' },
    });
    await save(logs('hooks.a', 6_000));
    expect((await send(read('r-1'))).obligations).toHaveLength(6_000);
    for (const id of ['b', 'c', 'd']) await save(logs(`hooks.${id}`, 6_000));
    const recorded = commits().length;
    expect(await send(read('r-2'))).toMatchObject({ decision: false, error: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(commits()).toHaveLength(recorded);
  });

  it('is decided, recorded and answered with its place in the journal', async () => {
    const { save, send, request, commits } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.read', 'r-1'));
    expect(reply).toMatchObject({
      request_id: 'r-1',
      decision: true,
      effect: 'allow',
      policies: { revision: 1 },
    });
    const commit = commits().find(({ journal }) => journal === reply.receipt.journal);
    expect(commit?.entries[0]?.events[reply.receipt.index]).toMatchObject({ type: 'verdict.issued' });
  });

  it('is answered the same again, also when policies are stale by then', async () => {
    const { save, send, request, rig, commits } = await createRig();
    await save(GUARDRAIL);
    const first = await send(request('ledger.read', 'r-1'));
    rig.fresh = false;
    expect(await send(request('ledger.read', 'r-1'))).toEqual(first);
    expect(await send(request('ledger.read', 'r-2'))).toMatchObject({
      decision: false,
      error: { code: 'POLICY_STALE' },
    });
    expect(commits()).toHaveLength(1);
  });

  it('is refused when its id was used for another request', async () => {
    const { save, send, request } = await createRig();
    await save(GUARDRAIL);
    await send(request('ledger.read', 'r-1'));
    const other = await send(request('ledger.write', 'r-1'));
    expect(other).toMatchObject({ decision: false, error: { code: 'REQUEST_ID_REUSED' } });
  });

  it('waits half a second for the revision that it demands, and no longer', async () => {
    const { save, send, request, clock } = await createRig();
    const inTime = send(request('ledger.read', 'r-1', {}, { at_least_revision: 1 }));
    await clock.step(499);
    await save(GUARDRAIL);
    expect(await inTime).toMatchObject({ decision: true });
    const late = send(request('ledger.read', 'r-2', {}, { at_least_revision: 2 }));
    await clock.step(501);
    expect(await late).toMatchObject({
      decision: false,
      error: { code: 'REVISION_NOT_REACHED', path: '/at_least_revision' },
    });
  });

  it('is judged by the policies of the moment of deciding, also when it came in as a copy of another', async () => {
    const { save, send, request, rig } = await createRig();
    await save(GUARDRAIL);
    const both = [
      send(request('ledger.read', 'r-1')),
      send(request('ledger.read', 'r-1', {}, { at_least_revision: 9 })),
    ];
    rig.fresh = false;
    for (const reply of await Promise.all(both)) {
      expect(reply.decision === false ? reply.error?.code : 'allowed').toBe('POLICY_STALE');
    }
  });

  it('of an agent with its own address must be about that agent', async () => {
    const { save, send, request } = await createRig();
    await save(GUARDRAIL);
    expect(await send(request('ledger.read', 'r-1'), 'mallory')).toMatchObject({
      decision: false,
      error: { code: 'IDENTITY_MISMATCH', path: '/subject/id' },
    });
    expect(await send(request('ledger.read', 'r-1'), 'payer')).toMatchObject({ decision: true });
  });

  it('takes its id from the transport, else a fresh one, when the body has none', async () => {
    const { save, send, request } = await createRig();
    await save(GUARDRAIL);
    const { request_id: _, ...nameless } = request('ledger.read', '');
    expect(await send(nameless)).toMatchObject({ request_id: 'made', decision: true });
  });

  it('never gets a verdict under policies older than the journal has cited', async () => {
    const { save, send, request, takeOver, directory } = await createRig();
    await save(GUARDRAIL);
    await send(request('ledger.read', 'r-1'));
    const behind = createPolicyDirectory();
    Object.assign(directory, { current: behind.current });
    await takeOver();
    expect(await send(request('ledger.read', 'r-2'))).toMatchObject({
      decision: false,
      error: { code: 'POLICY_STALE' },
    });
  });
});

describe('an outcome', () => {
  it('settles what the verdict reserved, once, and frees the rest of the budget', async () => {
    const { save, send, request, outcome } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    await send(request('ledger.read', 'r-1', { cost: 8 }));
    expect(await send(request('ledger.read', 'r-2', { cost: 8 }))).toMatchObject({ decision: false });
    const report = {
      request_id: 'r-1',
      subject: { type: 'agent', id: 'payer' },
      outcome: 'success',
      cost: 2,
    };
    const settledReply = await outcome(report);
    expect(settledReply).toMatchObject({
      request_id: 'r-1',
      settled: true,
      limits: [{ used: 2, reserved: 0, remaining: 8 }],
    });
    expect(await outcome(report)).toEqual(settledReply);
    expect(await outcome({ ...report, cost: 3 })).toMatchObject({ error: { code: 'OUTCOME_REUSED' } });
    expect(await send(request('ledger.read', 'r-3', { cost: 8 }))).toMatchObject({ decision: true });
  });

  it('lowers the charge after the expiry, also for an owner that has only the journal', async () => {
    const { save, send, request, outcome, clock, takeOver } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    await send(request('ledger.read', 'r-1', { cost: 8 }));
    await clock.step(30_000);
    await clock.step(100_000);
    await takeOver();
    const report = { request_id: 'r-1', subject: { type: 'agent', id: 'payer' }, outcome: 'success' };
    const cancelled = await outcome({ ...report, outcome: 'cancelled' });
    expect(cancelled).toMatchObject({ error: { code: 'OUTCOME_NOT_ALLOWED', path: '/outcome' } });
    const lowered = await outcome({ ...report, cost: 3 });
    expect(lowered).toMatchObject({ settled: true, limits: [{ used: 3, reserved: 0, remaining: 7 }] });
    expect(await outcome({ ...report, cost: 3 })).toEqual(lowered);
    expect(await outcome({ ...report, cost: 0 })).toMatchObject({ error: { code: 'OUTCOME_REUSED' } });
    expect(await send(request('ledger.read', 'r-2', { cost: 7 }))).toMatchObject({ decision: true });
  });

  it('of two that come together only one counts, after the expiry as before it', async () => {
    const { save, send, request, outcome, clock } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    await send(request('ledger.read', 'r-1', { cost: 8 }));
    await clock.step(30_000);
    const report = { request_id: 'r-1', subject: { type: 'agent', id: 'payer' }, outcome: 'success' };
    const both = await Promise.all([outcome({ ...report, cost: 3 }), outcome({ ...report, cost: 2 })]);
    expect(both.map((reply) => reply['settled'] ?? reply['error'])).toMatchObject([
      true,
      { code: 'OUTCOME_REUSED' },
    ]);
    expect(await send(request('ledger.read', 'r-2', { cost: 8 }))).toMatchObject({ decision: false });
  });

  it('of work that took longer than ids are remembered settles it, and the id is known again', async () => {
    const { save, send, request, outcome, clock, commits, takeOver } = await createRig();
    await save(GUARDRAIL);
    await save({ ...LIMITS, rules: [{ ...LIMITS.rules[0], reserve_for: '1h' }] });
    const first = await send(request('ledger.read', 'r-1', { cost: 8 }));
    for (let i = 0; i < 10; i++) {
      await clock.step(60_000);
      await send(request('ledger.read', `other-${i}`));
    }
    const subject = { type: 'agent', id: 'payer' };
    const report = { request_id: 'r-1', subject, outcome: 'success', cost: 5, value: 'done' };
    expect(await outcome(report)).toMatchObject({ settled: true, limits: [{ used: 5 }], value: 'done' });
    const before = commits().length;
    expect(await send(request('ledger.read', 'r-1', { cost: 8 }))).toEqual(first);
    await takeOver();
    expect(await send(request('ledger.read', 'r-1', { cost: 8 }))).toEqual(first);
    expect(commits()).toHaveLength(before);
  });

  it('leaves its request known while it is being stored, however old that is', async () => {
    const { save, send, request, outcome, clock, desks, opened } = await createRig();
    await save(GUARDRAIL);
    await save({ ...LIMITS, rules: [{ ...LIMITS.rules[0], reserve_for: '1h' }] });
    await send(request('ledger.read', 'r-1', { cost: 8 }));
    await clock.step(600_000);
    await send(request('ledger.read', 'other'));
    const ref = { request_id: 'r-1', subject: { type: 'agent', id: 'payer' } };
    const partition = desks.verdicts.partitionOf('default', ref.subject);
    const host = await desks.verdicts.host(partition);
    const known = (request_id: string): boolean => host.knows(requestKey('default', { ...ref, request_id }));
    const stored = Promise.withResolvers<void>();
    opened.get(`verdicts.${partition}`)?.appends.push({ kind: 'delays', until: stored.promise });
    const reply = outcome({ ...ref, outcome: 'success', cost: 5 });
    await settled();
    expect([known('r-1'), known('r-2')]).toEqual([true, false]);
    stored.resolve();
    expect(await reply).toMatchObject({ settled: true });
    expect([known('r-1'), known('r-2')]).toEqual([true, false]);
  });

  it('of a request that nobody knows says so', async () => {
    const { outcome } = await createRig();
    const report = { request_id: 'r-9', subject: { type: 'agent', id: 'payer' }, outcome: 'success' };
    expect(await outcome(report)).toMatchObject({
      error: { code: 'REQUEST_NOT_FOUND', path: '/request_id' },
    });
  });
});

describe('an escalation', () => {
  it('has its session when the reply arrives, with the approvers but not the requester as roster', async () => {
    const { save, send, request, vote, crossings } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    expect(reply).toMatchObject({ decision: false, effect: 'escalate' });
    expect(crossings[0]).toMatchObject({
      kind: 'sessions',
      command: { kind: 'start-sealed', roster: ['fraud', 'risk'] },
    });
    expect(await vote(sessionOf(reply), 'payer', 'APPROVE')).toMatchObject({ ok: false });
    expect(await vote(sessionOf(reply), 'fraud', 'APPROVE')).toMatchObject({ ok: true });
  });

  it('is allowed when all approve, and the same id then gives the closing verdict', async () => {
    const { save, send, request, vote } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    await vote(sessionOf(reply), 'fraud', 'APPROVE');
    expect(await send(request('ledger.transfer', 'e-1'))).toEqual(reply);
    await vote(sessionOf(reply), 'risk', 'APPROVE');
    await settled();
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ decision: true, effect: 'allow' });
  });

  it('is denied by a vote against it, and what it had reserved is free again', async () => {
    const { save, send, request, vote } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    const reply = await send(request('ledger.transfer', 'e-1', { cost: 8 }));
    expect(await send(request('ledger.read', 'r-1', { cost: 8 }))).toMatchObject({ decision: false });
    await vote(sessionOf(reply), 'fraud', 'REJECT');
    await settled();
    expect(await send(request('ledger.transfer', 'e-1', { cost: 8 }))).toMatchObject({
      decision: false,
      effect: 'deny',
    });
    expect(await send(request('ledger.read', 'r-2', { cost: 8 }))).toMatchObject({ decision: true });
  });

  it('is judged again when it is approved: what was blocked meanwhile stays blocked', async () => {
    const { save, send, request, vote } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    const blocked = { ...GUARDRAIL.rules.tools, blocked_tools: ['ledger.transfer'] };
    await save({ ...GUARDRAIL, rules: { tools: blocked } });
    await vote(sessionOf(reply), 'fraud', 'APPROVE');
    await vote(sessionOf(reply), 'risk', 'APPROVE');
    await settled();
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({
      effect: 'deny',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'tool.blocked' })]),
    });
  });

  it('never says escalate for a session that was too late to start, and closes with a denial', async () => {
    const { save, send, request, clock, rig } = await createRig();
    await save(GUARDRAIL);
    rig.deliver = false;
    const first = send(request('ledger.transfer', 'r-1'));
    await settled();
    await clock.step(60_001);
    expect(await first).toMatchObject({ error: { code: 'SESSION_PENDING' } });
    rig.deliver = true;
    await clock.step(2_000);
    const second = send(request('ledger.transfer', 'r-1'));
    await clock.step(1_001);
    expect(await second).toMatchObject({
      decision: false,
      error: { code: 'SESSION_PENDING', retriable: true },
    });
    await clock.step(5_000);
    expect(await send(request('ledger.transfer', 'r-1'))).toMatchObject({
      effect: 'deny',
      reasons: [{ code: 'ESCALATION_EXPIRED' }],
    });
  });

  it('never says escalate once its verdict closed while the reply waited for its session', async () => {
    const { save, send, request, clock, rig } = await createRig();
    await save(GUARDRAIL);
    rig.deliver = false;
    const first = send(request('ledger.transfer', 'r-1'));
    await settled();
    await clock.step(64_900);
    expect(await first).toMatchObject({ error: { code: 'SESSION_PENDING' } });
    const second = send(request('ledger.transfer', 'r-1'));
    await settled();
    await clock.step(1_001);
    expect(await second).toMatchObject({ decision: false, error: { code: 'SESSION_PENDING' } });
    expect(await send(request('ledger.transfer', 'r-1'))).toMatchObject({ effect: 'deny' });
  });

  it('says SESSION_PENDING while its session cannot be started, and escalates once it is', async () => {
    const { save, send, request, rig, clock } = await createRig();
    await save(GUARDRAIL);
    rig.deliver = false;
    const pending = send(request('ledger.transfer', 'e-1'));
    await settled();
    await clock.step(1_100);
    expect(await pending).toMatchObject({
      decision: false,
      error: { code: 'SESSION_PENDING', retriable: true },
    });
    rig.deliver = true;
    await clock.step(2_000);
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ effect: 'escalate' });
  });

  it('is started by the next owner when the first could not', async () => {
    const { save, send, request, rig, clock, takeOver, vote } = await createRig();
    await save(GUARDRAIL);
    rig.deliver = false;
    const pending = send(request('ledger.transfer', 'e-1'));
    await settled();
    await clock.step(1_100);
    await pending;
    rig.deliver = true;
    await takeOver();
    const reply = await send(request('ledger.transfer', 'e-1'));
    expect(reply).toMatchObject({ effect: 'escalate' });
    expect(await vote(sessionOf(reply), 'fraud', 'APPROVE')).toMatchObject({ ok: true });
  });

  it('is followed again by an owner that gets its partition back: what others did meanwhile counts', async () => {
    const { save, send, request, clock, desks, takeOver, crossings } = await createRig();
    await save(GUARDRAIL);
    const first = desks.verdicts;
    await first.own([]);
    await takeOver();
    await send(request('ledger.transfer', 'e-1'));
    await desks.verdicts.drain();
    const before = crossings.length;
    desks.verdicts = first;
    await first.own([0, 1]);
    await settled();
    expect(crossings.length).toBeGreaterThan(before);
    await clock.step(66_000);
    await clock.step(200);
    const closed = await send(request('ledger.transfer', 'e-1'));
    expect(closed.reasons.map(({ code }) => code)).toContain('ESCALATION_EXPIRED');
  });

  it('is not allowed by an approval while policies are stale, but can still be denied', async () => {
    const { save, send, request, vote, rig, clock } = await createRig();
    await save(GUARDRAIL);
    const [yes, no] = [
      await send(request('ledger.transfer', 'e-1')),
      await send(request('ledger.transfer', 'e-2')),
    ];
    rig.fresh = false;
    await vote(sessionOf(yes), 'fraud', 'APPROVE');
    await vote(sessionOf(yes), 'risk', 'APPROVE');
    await vote(sessionOf(no), 'fraud', 'REJECT');
    await clock.step(50);
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ effect: 'escalate' });
    expect(await send(request('ledger.transfer', 'e-2'))).toMatchObject({ effect: 'deny' });
    rig.fresh = true;
    await clock.step(2_500);
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ effect: 'allow' });
  });

  it('closes by itself with ESCALATION_EXPIRED when nobody decides, five seconds after the deadline at the latest', async () => {
    const { save, send, request, clock } = await createRig();
    await save(GUARDRAIL);
    await send(request('ledger.transfer', 'e-1'));
    await clock.step(65_001);
    await clock.step(10);
    const closed = await send(request('ledger.transfer', 'e-1'));
    expect(closed).toMatchObject({ effect: 'deny', decision: false });
    expect(closed.reasons.map(({ code }) => code)).toContain('ESCALATION_EXPIRED');
  });

  it('whose session is refused for good is denied with the refusal, and never says escalate', async () => {
    const { save, send, request, rig } = await createRig();
    await save(GUARDRAIL);
    await save(LIMITS);
    rig.tamper = (sent) =>
      sent.command.kind === 'start-sealed'
        ? ({ ...sent, command: { ...sent.command, roster: ['payer'] } } as InternalCommand)
        : sent;
    const transfer = request('ledger.transfer', 'e-1', { cost: 8 });
    expect(await send(transfer)).toMatchObject({
      decision: false,
      error: { code: 'SESSION_PENDING', retriable: true },
    });
    const closed = await send(transfer);
    expect(closed).toMatchObject({ decision: false, effect: 'deny', limits: [{ used: 0, reserved: 0 }] });
    expect(closed.reasons.map(({ code }) => code)).toEqual(['ESCALATION_CANCELLED', 'FORBIDDEN']);
  });

  it('keeps its start owed while the journal of its session is broken: the next owner may read it', async () => {
    const { save, send, request, desks, clock, crossings } = await createRig();
    await save(GUARDRAIL);
    const judge = desks.sessions.internal;
    const broken: Rejection = { code: 'JOURNAL_BROKEN', message: 'it does not fit together' };
    desks.sessions = { ...desks.sessions, internal: (_p, _ws, _command, respond) => respond('', broken) };
    const pending = send(request('ledger.transfer', 'e-1'));
    await settled();
    await clock.step(1_100);
    expect(await pending).toMatchObject({ error: { code: 'SESSION_PENDING' } });
    expect(crossings.filter(({ kind }) => kind === 'verdicts')).toEqual([]);
    desks.sessions = { ...desks.sessions, internal: judge };
    await clock.step(2_000);
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ effect: 'escalate' });
  });

  const withdraw = { request_id: 'e-1', subject: { type: 'agent', id: 'payer' }, outcome: 'cancelled' };

  it('that is withdrawn ends its session, so that its approvers see that it is over', async () => {
    const { save, send, request, vote, outcome } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    expect(await outcome(withdraw)).toMatchObject({ effect: 'deny' });
    await settled();
    expect(await vote(sessionOf(reply), 'fraud', 'APPROVE')).toMatchObject({
      ok: false,
      session_state: 'Cancelled',
      error: { code: 'SESSION_NOT_OPEN' },
    });
  });

  it('that is withdrawn before its session could be started leaves none behind', async () => {
    const { save, send, request, rig, clock, outcome, desks } = await createRig();
    await save(GUARDRAIL);
    rig.deliver = false;
    const pending = send(request('ledger.transfer', 'e-1'));
    await settled();
    await clock.step(1_100);
    await pending;
    await outcome(withdraw);
    rig.deliver = true;
    await clock.step(2_000);
    await clock.step(2_000);
    const sessions = desks.sessions.hosts().flatMap((host) => host.peek((s) => [...s.sessions.values()]));
    expect(sessions).toEqual([]);
  });

  it('has its session ended by the next owner when the first could not', async () => {
    const { save, send, request, vote, outcome, rig, takeOver } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    rig.deliver = false;
    await outcome(withdraw);
    await settled();
    expect(await vote(sessionOf(reply), 'fraud', 'ABSTAIN')).toMatchObject({ ok: true });
    rig.deliver = true;
    await takeOver();
    await settled();
    expect(await vote(sessionOf(reply), 'risk', 'APPROVE')).toMatchObject({ session_state: 'Cancelled' });
  });

  it('closes also when the end of its session could not be delivered at first', async () => {
    const { save, send, request, vote, rig, clock } = await createRig();
    await save(GUARDRAIL);
    const reply = await send(request('ledger.transfer', 'e-1'));
    rig.deliver = false;
    await vote(sessionOf(reply), 'fraud', 'REJECT');
    rig.deliver = true;
    await clock.step(500);
    expect(await send(request('ledger.transfer', 'e-1'))).toMatchObject({ effect: 'deny' });
  });
});

describe('what a verdict journal stores', () => {
  it('holds the request as it was sent, and the set revision that it was judged under', async () => {
    const { save, send, request, commits } = await createRig();
    await save(GUARDRAIL);
    const sent = request('ledger.read', 'r-1', { amount: 7 });
    await send(sent);
    const [entry] = commits()[0]?.entries ?? [];
    expect(entry?.command).toMatchObject({ kind: 'decide', request: sent });
    expect(entry?.facts).toEqual({ set_revision: 1 });
  });

  it('never holds a value', async () => {
    const { save, send, request, outcome, commits } = await createRig();
    await save(GUARDRAIL);
    await send(request('ledger.read', 'r-1'));
    const subject = { type: 'agent', id: 'payer' };
    await outcome({ request_id: 'r-1', subject, outcome: 'success', value: { iban: 'DE-SECRET' } });
    expect(JSON.stringify(commits())).not.toContain('DE-SECRET');
    expect(parseJsonText(JSON.stringify(commits())).ok).toBe(true);
  });
});
