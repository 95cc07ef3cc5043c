import { startAggregator } from '@edict/aggregator';
import { intakeAddress, STREAMS } from '@edict/contracts';
import { startEnforcer } from '@edict/enforcer';
import {
  connectEdge,
  type EdgeConnection,
  followStream,
  type IntakeMessage,
  type IntakeQueue,
} from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { startPolicyStore } from '@edict/policy-store';
import { startProjectorService } from '@edict/projector';
import { connectEdict, type Edict } from '@edict/sdk';
import {
  createLogger,
  openServiceContext,
  type ServiceContext,
  type ServiceName,
  serveHealth,
} from '@edict/service-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const START = {
  'policy-store': startPolicyStore,
  enforcer: startEnforcer,
  aggregator: startAggregator,
  projector: startProjectorService,
};

/** What a test does to each message that a member takes. */
type OnTaken = (message: IntakeMessage) => IntakeMessage;

const watching = (queue: IntakeQueue, onTaken: OnTaken): IntakeQueue => ({
  ...queue,
  take: (verb, options) =>
    queue.take(verb, { ...options, onMessage: (message) => options.onMessage(onTaken(message)) }),
});

/** A member of the deployment with some services. */
const startMember = async (names: readonly ServiceName[], onTaken: OnTaken = (message) => message) => {
  const opened = await openServiceContext({
    connection: { url: nats.url, name: names.join() },
    services: names,
    log: createLogger({ level: 'error', format: 'json', write: () => undefined }),
  });
  const intake = { ...opened.intake, queue: watching(opened.intake.queue, onTaken) };
  const context: ServiceContext = { ...opened, intake };
  const running = await Promise.all(names.map((name) => START[name](context)));
  const health = serveHealth(context, running, { durability: 'for a test', pingTimeoutMs: undefined });
  await context.edge.nc.flush();
  const stop = async (): Promise<void> => {
    await context.membership.leave();
    await health.stop();
    await Promise.all(running.map((service) => service.stop()));
    await context.close();
  };
  return { context, health, stop };
};

type Running = Awaited<ReturnType<typeof startMember>>;

interface Told {
  readonly type: string;
  readonly data: { readonly request_id?: string; readonly effect?: string; readonly session_id?: string };
}

let nats: TestNats;
let base: Running;
let caller: EdgeConnection;
let edict: Edict;
let stopFollowing: () => void;
const feed: Told[] = [];
const dead: { readonly subject: string; readonly text: string }[] = [];
const members: Running[] = [];

beforeAll(async () => {
  nats = await startTestNats({ own: true });
  base = await startMember(['policy-store', 'projector']);
  caller = await connectEdge({ url: nats.url, name: 'caller' });
  edict = await connectEdict({ url: nats.url });
  const { store } = base.context;
  const events = followStream(store, {
    stream: STREAMS.events,
    onMessage: (_, data) => void feed.push(...(JSON.parse(new TextDecoder().decode(data)) as Told[])),
  });
  const letters = followStream(store, {
    stream: STREAMS.dead,
    onMessage: (subject, data) => void dead.push({ subject, text: new TextDecoder().decode(data) }),
  });
  stopFollowing = () => {
    events.stop();
    letters.stop();
  };
  for (const document of [majority, guardrail, spending]) {
    expect((await edict.policies.save(document, { actor: 'ada', reason: 'test' })).error).toBeUndefined();
  }
});
afterEach(async () => {
  await Promise.all(members.splice(0).map((member) => member.stop()));
});
afterAll(async () => {
  stopFollowing();
  await edict.close();
  await caller.close();
  await base.stop();
  await nats.stop();
});

const majority = {
  policy_id: 'policy.majority',
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: 'More than half approve',
  rules: { voting: { algorithm: 'majority' } },
};
const guardrail = {
  policy_id: 'guardrail.intake',
  kind: 'guardrail',
  schema_version: 1,
  description: 'Tools of this test',
  rules: {
    tools: {
      allowed_tools: ['pay.*'],
      require_approval: [
        { tool: 'pay.large', decision_policy: majority.policy_id, approvers: ['ada', 'bob'], within: '15m' },
      ],
    },
  },
};
const spending = {
  policy_id: 'limits.intake',
  kind: 'limits',
  schema_version: 1,
  description: 'Spend',
  rules: [
    {
      id: 'spend',
      measure: 'cost',
      key: ['agent'],
      budget: { limit: 1_000, window: 'lifetime' },
      on_exceeded: 'reject',
    },
  ],
};

const join = async (names: readonly ServiceName[], onTaken?: OnTaken): Promise<Running> => {
  const member = await startMember(names, onTaken);
  members.push(member);
  return member;
};

const request = (id: string, agent: string, tool = 'pay.out') => ({
  request_id: id,
  subject: { type: 'agent', id: agent },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: tool },
  context: { cost: 1 },
});

const submitAll = async (name: string, count: number, agents = 1): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  const replies = await Promise.all(
    ids.map((id, i) => edict.submit.decide(request(id, `${name}-agent-${i % agents}`))),
  );
  expect(replies.filter(({ error }) => error !== undefined)).toEqual([]);
  return ids;
};

const verdictsOf = (ids: readonly string[]): readonly Told[] =>
  feed.filter(({ type, data }) => type === 'verdict.issued' && ids.includes(data.request_id ?? ''));

const untilAnswered = (ids: readonly string[]): Promise<void> =>
  expect
    .poll(() => new Set(verdictsOf(ids).map(({ data }) => data.request_id)).size, PATIENTLY)
    .toBe(ids.length);
const untilEmpty = (): Promise<void> =>
  expect
    .poll(async () => {
      const { intake } = await base.health.report({});
      return intake.reduce((sum, { waiting, taken }) => sum + waiting + taken, 0);
    }, PATIENTLY)
    .toBe(0);
const PATIENTLY = { timeout: 15_000 };

/** What an agent has spent, as the next verdict says; that one costs 1. */
const spentBy = async (agent: string): Promise<number | undefined> => {
  const reply = await edict.decide(request(crypto.randomUUID(), agent));
  return reply.error === undefined
    ? reply.limits[0] && reply.limits[0].used + reply.limits[0].reserved - 1
    : undefined;
};

describe('what nobody waits for', () => {
  it('is answered through the feed, requests and signals alike, and leaves the stream', async () => {
    await join(['enforcer', 'aggregator']);
    const { request_id: _, ...unnamed } = request('', 'feed-agent');
    const submitted = await edict.submit.decide(unnamed);
    if (submitted.error !== undefined) throw new Error(submitted.error.message);
    await untilAnswered([submitted.request_id]);
    expect(verdictsOf([submitted.request_id])[0]?.data.effect).toBe('allow');

    const stored = await edict.submit.signal({
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type: 'SessionStart',
      message_id: 'm-1',
      session_id: crypto.randomUUID(),
      sender: 'ada',
      payload: {
        intent: 'deploy v2',
        participants: ['ada', 'bob'],
        mode_version: '1.0.0',
        configuration_version: 'c-1',
        policy_version: '',
        ttl_ms: 60_000,
      },
    });
    expect(stored).toMatchObject({ request_id: 'm-1' });
    await untilEmpty();
    expect(dead).toEqual([]);
    await expect.poll(() => feed.map(({ type }) => type), PATIENTLY).toContain('session.started');
  });

  it('is done once a verdict that escalates is recorded', async () => {
    await join(['enforcer', 'aggregator']);
    await edict.submit.decide(request('large-1', 'large-agent', 'pay.large'));
    await untilAnswered(['large-1']);
    expect(verdictsOf(['large-1'])[0]?.data.effect).toBe('escalate');
    await untilEmpty();
  });

  it('waits while no service runs, as health shows, and is worked off when one comes back', async () => {
    const ids = await submitAll('backlog', 60, 5);
    expect((await base.health.report({})).intake).toContainEqual({ verb: 'decide', waiting: 60, taken: 0 });
    await join(['enforcer']);
    await untilAnswered(ids);
    await untilEmpty();
    expect(verdictsOf(ids).length).toBe(60);
    expect(await spentBy('backlog-agent-0')).toBe(12);
  });

  it('goes to dead letters with the reason when it can never be answered, and keeps nothing back', async () => {
    dead.length = 0;
    const publish = (text: string, verb: 'decide' | 'signal' = 'decide') =>
      caller.requester.request(intakeAddress(verb, 'default'), text);
    await publish('{ not JSON');
    await publish('{"subject":{"type":"agent"}}');
    await publish('{"macp_version":"9"}', 'signal');
    const ids = await submitAll('behind', 3);
    await edict.submit.decide({ ...request('behind-0', 'behind-agent-0'), context: { cost: 2 } });
    await join(['enforcer', 'aggregator']);
    await untilAnswered(ids);
    await untilEmpty();
    await expect.poll(() => dead.length, PATIENTLY).toBe(4);
    expect(new Set(dead.map(({ subject }) => subject))).toEqual(
      new Set(['edict.v1.dead.default.enforcer', 'edict.v1.dead.default.aggregator']),
    );
    expect(dead.map(({ text }) => text)).toContain('{ not JSON');
    expect(verdictsOf(ids).length).toBe(3);
  });

  it('is tried again when it is refused for now', async () => {
    await join(['enforcer']);
    const { set_revision } = (await edict.policies.save(
      { ...spending, description: 'Spend, again' },
      { actor: 'ada', reason: 'test' },
    )) as { set_revision: number };
    await edict.submit.decide({ ...request('early', 'early-agent'), at_least_revision: set_revision + 1 });
    await expect
      .poll(async () => (await base.health.report({})).intake, PATIENTLY)
      .toContainEqual({ verb: 'decide', waiting: 0, taken: 1 });
    await edict.policies.save(spending, { actor: 'ada', reason: 'test' });
    await untilAnswered(['early']);
  });
});

describe('a member that dies between the commit and the acknowledgement', () => {
  it('leaves a message that comes again, is a repeat, and is charged once', async () => {
    let comebacks = 0;
    const dying: OnTaken = (message) => ({
      ...message,
      done: () => {
        if (message.deliveries > 1) return message.done();
        comebacks += 1;
        message.later(0);
      },
    });
    await join(['enforcer'], dying);
    const unnamed = await caller.requester.request(
      intakeAddress('decide', 'default'),
      JSON.stringify({ ...request('', 'again-agent-0'), request_id: undefined }),
    );
    const ids = [...(await submitAll('again', 20)), `EDICT_INTAKE-${unnamed.json<{ seq: number }>().seq}`];
    await untilAnswered(ids);
    await untilEmpty();
    expect(comebacks).toBe(21);
    expect(verdictsOf(ids).length).toBe(21);
    expect(await spentBy('again-agent-0')).toBe(21);
  });
});

describe('two members', () => {
  it('share the work, whoever owns what it is about', async () => {
    const taken = [0, 0];
    const counting =
      (member: number): OnTaken =>
      (message) => {
        taken[member] = (taken[member] ?? 0) + 1;
        return message;
      };
    const ids = await submitAll('shared', 600, 40);
    await Promise.all([join(['enforcer'], counting(0)), join(['enforcer'], counting(1))]);
    const more = await submitAll('shared-more', 600, 40);
    await untilAnswered([...ids, ...more]);
    await untilEmpty();
    expect(verdictsOf([...ids, ...more]).length).toBe(1_200);
    expect(Math.min(...taken)).toBeGreaterThan(0);
  });
});
