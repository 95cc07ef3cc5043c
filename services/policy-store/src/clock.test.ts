import { type HealthReport, verbAddress } from '@edict/contracts';
import { type Clock, systemClock } from '@edict/journal';
import { connectEdge, type EdgeConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import {
  createLogger,
  type HealthServer,
  openServiceContext,
  type ServiceContext,
  serveHealth,
} from '@edict/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PolicyStore, startPolicyStore } from './policy-store.ts';

const HOUR = 3_600_000;

/** A machine's clock that may be set wrong. */
const adjustable = (): Clock & { ahead: number } => ({
  ...systemClock,
  ahead: 0,
  now() {
    return Date.now() + this.ahead;
  },
});

interface Running {
  readonly clock: ReturnType<typeof adjustable>;
  readonly context: ServiceContext;
  readonly health: () => Promise<HealthReport>;
  stop(): Promise<void>;
}

const start = async (url: string, ahead = 0): Promise<Running> => {
  const clock = adjustable();
  clock.ahead = ahead;
  const context = await openServiceContext({
    connection: { url, name: 'policy-store' },
    services: ['policy-store'],
    log: createLogger({ level: 'error', format: 'json', write: () => undefined }),
    clock,
  });
  const store: PolicyStore = await startPolicyStore(context);
  const health: HealthServer = serveHealth(context, [store], {
    durability: 'for a test',
    pingTimeoutMs: undefined,
  });
  await context.edge.nc.flush();
  return {
    clock,
    context,
    health: () => health.report({}),
    stop: async () => {
      await health.stop();
      await store.stop();
      await context.close();
    },
  };
};

let nats: TestNats;
let caller: EdgeConnection;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  caller = await connectEdge({ url: nats.url, name: 'caller' });
});
afterAll(async () => {
  await caller.close();
  await nats.stop();
});

const save = async (ws: string, id: string) => {
  const document = {
    policy_id: id,
    kind: 'guardrail',
    schema_version: 1,
    description: 'blocks shells',
    rules: { tools: { blocked_tools: ['shell.*'] } },
  };
  const body = { op: 'save', document, actor: 'ada', reason: 'test' };
  return (await caller.requester.request(verbAddress('policy', ws), JSON.stringify(body))).json<{
    revision?: number;
    error?: { code: string; message: string; retriable: boolean };
  }>();
};

/** Asks again until the answer is what is waited for. */
const eventually = async <T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('a service whose clock is an hour ahead of its broker’s', () => {
  it('answers CLOCK_SKEWED, says so in health, records nothing, and goes on once its clock is right', async () => {
    const service = await start(nats.url, HOUR);
    const { error } = await save('skewed', 'guardrail.a');
    expect(error).toMatchObject({ code: 'CLOCK_SKEWED', retriable: true });
    expect(error?.message).toContain('ahead of');
    expect(await service.health()).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('the clock of this process')],
    });
    service.clock.ahead = 0;
    const saved = await eventually(
      () => save('skewed', 'guardrail.a'),
      (answer) => answer.error?.code !== 'CLOCK_SKEWED',
    );
    expect(saved.revision).toBe(1);
    expect((await service.health()).problems).toEqual([]);
    await service.stop();
  });

  it('stops deciding at once when its clock jumps while it runs', async () => {
    const service = await start(nats.url);
    expect((await save('jump', 'guardrail.a')).revision).toBe(1);
    service.clock.ahead = -HOUR;
    expect((await save('jump', 'guardrail.b')).error).toMatchObject({ code: 'CLOCK_SKEWED' });
    await service.stop();
  });
});

describe('a journal whose last time is ahead of a good clock', () => {
  it('is refused with JOURNAL_AHEAD rather than continued in the future', async () => {
    const service = await start(nats.url);
    const journal = await service.context.openJournal('policies.ahead');
    const at = Date.now() + HOUR;
    await journal.append(
      0,
      Buffer.from(
        JSON.stringify({
          v: 1,
          journal: 'policies.ahead',
          revision: 1,
          previous: '',
          semantics: 1,
          entries: [{ id: 'x', at, ws: 'ahead', command: { op: 'set_workspace' }, events: [] }],
        }),
      ),
    );
    const { error } = await save('ahead', 'guardrail.a');
    expect(error).toMatchObject({ code: 'JOURNAL_AHEAD', retriable: false });
    expect(error?.message).toContain('policies.ahead');
    await service.stop();
  });
});
