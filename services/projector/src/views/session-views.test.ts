import {
  type ApprovalRequested,
  BUCKETS,
  type ClosedVerdictNotice,
  type SignalEnvelope,
  sessionKey,
} from '@edict/contracts';
import { escalationStarts } from '@edict/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decide, unanimous } from '../testing/journals.ts';
import { openProjectorFixture, type ProjectorFixture } from '../testing/projector-fixture.ts';

let edict: ProjectorFixture;
const heard: { subject: string; body: unknown }[] = [];
beforeAll(async () => {
  edict = await openProjectorFixture();
  edict.store.nc.subscribe('edict.v1.notify.>', {
    callback: (_, message) => void heard.push({ subject: message.subject, body: message.json() }),
  });
  await edict.store.nc.flush();
});
afterAll(() => edict.stop());

const soon = { timeout: 10_000, interval: 20 };
const sessions = () => edict.rows(BUCKETS.sessions);

/** Asks for a transfer, and starts the session that has to approve it, as the enforcer does. */
const escalate = async (request_id: string) => {
  const command = decide(request_id, 'ledger.transfer');
  const verdict = await edict.journals.verdict(command);
  const [approval] = verdict['obligations'] as {
    session_id: string;
    decision_policy: string;
    approvers: string[];
    deadline: string;
  }[];
  if (approval === undefined) throw new Error('nothing was escalated');
  const { session_id, decision_policy, approvers } = approval;
  const deadline = Date.parse(approval.deadline);
  const session = {
    session_id,
    decision_policy,
    policy_revision: 1,
    approvers,
    within_ms: 900_000,
    deadline,
  };
  const subject = { type: 'agent', id: command.request.subject.id };
  const data = { subject, request_id, sessions: [session], closes_at: deadline };
  for (const { proposal, request } of escalationStarts({
    event: { type: 'escalation.opened', data },
    ws: 'default',
    command,
  })) {
    await edict.journals.session({
      kind: 'start-sealed',
      session_id,
      descriptor: unanimous,
      roster: approvers,
      proposal,
      deadline,
      request,
    });
  }
  return { session_id, deadline: approval.deadline };
};

const vote = (session_id: string, sender: string): Promise<unknown> => {
  const envelope: SignalEnvelope = {
    macp_version: '1.0',
    mode: 'macp.mode.decision.v1',
    message_type: 'Vote',
    message_id: `${session_id}-${sender}`,
    session_id,
    sender,
    timestamp_unix_ms: Date.now(),
    payload: { proposal_id: 'request', vote: 'APPROVE', reason: 'fine' },
  };
  return edict.journals.session({ kind: 'signal', envelope });
};

describe('an escalation as others see it', () => {
  let session_id = '';

  it('N19 is told to each approver with session, request and deadline, once the session is in the feed', async () => {
    await escalate('r-before');
    const projector = await edict.start();
    const opened = await escalate('r-1');
    session_id = opened.session_id;
    await vi.waitFor(() => expect(heard).toHaveLength(2), soon);
    expect(heard.map(({ subject }) => subject).sort()).toEqual([
      'edict.v1.notify.default.fraud.approval.requested',
      'edict.v1.notify.default.risk.approval.requested',
    ]);
    expect(heard[0]?.body as ApprovalRequested).toMatchObject({
      id: 'sessions.0/2/0',
      session_id,
      request: {
        request_id: 'r-1',
        subject: { type: 'agent', id: 'payer' },
        action: { name: 'tool.invoke' },
        resource: { type: 'tool', id: 'ledger.transfer' },
        context: { amount: 12 },
      },
      proposal_id: 'request',
      decision_policy: 'policy.unanimous',
      approvers: ['fraud', 'risk'],
      deadline: opened.deadline,
    });
    const fed = (await edict.feed()).flatMap(({ events }) => events);
    const started = fed.find(({ id }) => id === 'sessions.0/2/0');
    expect(started).toMatchObject({
      subject: session_id,
      data: { proposal: { proposal_id: 'request', option: 'tool.invoke tool:ledger.transfer' } },
    });
    expect(JSON.stringify(fed)).not.toMatch(/roles|amount/);
    await projector.stop();
  });

  it('has a row in the sessions view that follows the votes to the end', async () => {
    const projector = await edict.start();
    const key = sessionKey('default', session_id);
    await vote(session_id, 'fraud');
    await vi.waitFor(
      async () => expect((await sessions())[key]).toMatchObject({ state: 'Open', phase: 'Voting' }),
      soon,
    );
    expect((await sessions())[key]).toMatchObject({
      session_id,
      workspace: 'default',
      request: {
        request_id: 'r-1',
        action: { name: 'tool.invoke' },
        resource: { type: 'tool', id: 'ledger.transfer' },
        context: { amount: 12 },
      },
      votes: { request: { fraud: { vote: 'APPROVE' } } },
      outlook: { not_voted: ['risk'] },
      receipt: { journal: 'sessions.0' },
    });
    await vote(session_id, 'risk');
    await vi.waitFor(async () => expect((await sessions())[key]).toMatchObject({ state: 'Resolved' }), soon);
    expect((await sessions())[key]).toMatchObject({ resolution: { outcome_positive: true }, outlook: null });
    await projector.stop();
  });

  it('is told to the requester when it closes, with the verdict and its receipt', async () => {
    heard.length = 0;
    const projector = await edict.start();
    const ref = { subject: { type: 'agent', id: 'payer' }, request_id: 'r-1' };
    const reply = await edict.journals.verdict({
      kind: 'close',
      ...ref,
      session_id,
      outcome: 'positive',
      reasons: [],
    });
    await vi.waitFor(() => expect(heard).toHaveLength(1), soon);
    expect(heard[0]?.subject).toBe('edict.v1.notify.default.payer.verdict.closed');
    const notice = heard[0]?.body as ClosedVerdictNotice;
    expect(notice).toMatchObject({ request_id: 'r-1', verdict: { decision: true, effect: 'allow' } });
    expect(notice.verdict.receipt).toEqual(notice.receipt);
    expect(notice.id).toBe(`verdicts.0/${notice.receipt.revision}/0`);
    expect(reply).toMatchObject({ decision: true });
    const fed = (await edict.feed()).flatMap(({ events }) => events);
    const closed = fed.find(({ type }) => type === 'verdict.closed');
    expect(closed?.data).toMatchObject({
      request_id: 'r-1',
      outcome: 'positive',
      sessions: [session_id],
      subject: { type: 'agent', id: 'payer' },
      action: { name: 'tool.invoke' },
      resource: { type: 'tool', id: 'ledger.transfer' },
      verdict: { decision: true },
    });
    expect(JSON.stringify(fed)).not.toMatch(/roles|amount|fingerprint|claims_trusted/);
    await projector.stop();
  });

  it('is not told again by a projector that starts later', async () => {
    heard.length = 0;
    await vote((await escalate('r-quiet')).session_id, 'fraud');
    const projector = await edict.start();
    await escalate('r-heard');
    await vi.waitFor(() => expect(heard).toHaveLength(2), soon);
    expect(heard.map(({ body }) => (body as ApprovalRequested).request.request_id)).toEqual([
      'r-heard',
      'r-heard',
    ]);
    await projector.stop();
  });

  it('is told once when two projectors run', async () => {
    heard.length = 0;
    const projectors = await Promise.all([edict.start(), edict.start()]);
    for (let n = 0; n < 10; n++) await escalate(`r-twice-${n}`);
    await vi.waitFor(async () => expect(Object.keys(await sessions())).toHaveLength(14), soon);
    await vi.waitFor(
      () => expect(new Set(heard.map(({ body }) => (body as ApprovalRequested).id)).size).toBe(10),
      soon,
    );
    await Promise.all(projectors.map((projector) => projector.stop()));
    await edict.store.nc.flush();
    expect(heard).toHaveLength(20);
  });

  it('has equal rows when the bucket is rebuilt', async () => {
    const before = await sessions();
    expect(Object.keys(before)).toHaveLength(14);
    await edict.deleteBucket(BUCKETS.sessions);
    const projector = await edict.start();
    await vi.waitFor(async () => expect(await sessions()).toEqual(before), soon);
    await edict.deleteBucket(BUCKETS.sessions);
    await vi.waitFor(async () => expect(await sessions()).toEqual(before), soon);
    await projector.stop();
  });
});
