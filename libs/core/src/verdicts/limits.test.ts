import { describe, expect, test } from 'vitest';
import { limitsDocument, toolRequest } from './story-documents.ts';
import { VerdictStory } from './verdict-story.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const spend = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: 'spend',
  measure: 'cost',
  key: ['agent'],
  budget: { limit: 5, window: '1d' },
  ...more,
});
const pace = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: 'pace',
  measure: 'requests',
  key: ['agent'],
  rate: { limit: 2, period: '1m' },
  ...more,
});
const costing = (id: string, cost: number, agent = 'analyst') =>
  toolRequest(id, { id: agent, context: { cost } });
const success = (request_id: string, cost?: number, agent = 'analyst') => ({
  request_id,
  subject: { type: 'agent', id: agent },
  outcome: 'success' as const,
  ...(cost === undefined ? {} : { cost }),
});

const accounts = ({ state }: VerdictStory): string[] => state.ledger.list(state.at).map(({ key }) => key);

describe('budgets', () => {
  test('LO-06 what equals the rest of a budget passes, what exceeds it by a millionth does not', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    expect(story.ask(costing('a', 4.5)).body.decision).toBe(true);
    expect(story.ask(costing('b', 0.500001)).body.decision).toBe(false);
    expect(story.ask(costing('c', 0.5)).body.decision).toBe(true);
  });

  test('LO-06 a denial says which limit, how much is left, and when to come again', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    story.ask(costing('a', 4.5));
    const { body } = story.ask(costing('b', 2));
    expect(body.reasons[0]).toEqual({
      policy_id: 'limits.agents',
      revision: 1,
      rule: 'spend',
      code: 'limit.exceeded',
      effect: 'deny',
      message: 'The limit spend of agent:analyst has 0.5 of 5 cost left; the request needs 2.',
    });
    expect(body.limits).toEqual([
      {
        limit: 'spend',
        policy_id: 'limits.agents',
        key: 'agent:analyst',
        used: 0,
        reserved: 4.5,
        remaining: 0.5,
        retry_after_ms: 12 * HOUR,
      },
    ]);
    expect(body.reservation).toBeNull();
  });

  test('LO-07 alert lets the request through, counts it, and obliges to alert', () => {
    const story = new VerdictStory([limitsDocument([spend({ on_exceeded: 'alert' })])]);
    story.ask(costing('a', 4));
    const { body } = story.ask(costing('b', 4));
    expect(body.decision).toBe(true);
    expect(body.obligations).toEqual([{ type: 'alert', limit: 'spend', policy_id: 'limits.agents' }]);
    expect(body.warnings[0]).toMatchObject({ code: 'limit.exceeded', effect: 'log' });
    expect(body.limits[0]).toMatchObject({ reserved: 8, remaining: 0 });
  });

  test('LO-07 downgrade is visible in the verdict: it names what to use instead', () => {
    const rule = spend({ on_exceeded: 'downgrade', downgrade_to: 'small-model' });
    const story = new VerdictStory([limitsDocument([rule])]);
    expect(story.ask(costing('a', 5)).body.obligations).toEqual([]);
    expect(story.ask(costing('b', 1)).body.obligations).toEqual([
      { type: 'downgrade', limit: 'spend', policy_id: 'limits.agents', to: 'small-model' },
    ]);
  });

  test('a window is aligned to UTC and begins with nothing spent', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    story.ask(costing('a', 5));
    story.report(success('a'));
    story.pass(12 * HOUR - 1);
    expect(story.ask(costing('b', 1)).body.decision).toBe(false);
    story.pass(1);
    expect(story.ask(costing('c', 5)).body.decision).toBe(true);
  });

  test('what was reserved in one window is settled there, and not in the next', () => {
    const story = new VerdictStory([limitsDocument([spend({ reserve_for: '13h' })])]);
    story.ask(costing('a', 5));
    story.pass(12 * HOUR);
    story.ask(costing('b', 1));
    expect(story.report(success('a', 5)).body.limits[0]).toMatchObject({ used: 0, reserved: 1 });
  });

  test('a lifetime budget never begins again', () => {
    const story = new VerdictStory([limitsDocument([spend({ budget: { limit: 5, window: 'lifetime' } })])]);
    story.ask(costing('a', 5));
    story.pass(400 * DAY);
    const { body } = story.ask(costing('b', 1));
    expect(body.decision).toBe(false);
    expect(body.limits[0].retry_after_ms).toBeNull();
  });

  test('repair: limit change takes effect at once, and a new window forgets no spend', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    story.ask(costing('a', 4));
    story.change([limitsDocument([spend({ budget: { limit: 6, window: '1h' } })])]);
    expect(story.ask(costing('b', 3)).body.decision).toBe(false);
    expect(story.ask(costing('c', 2)).body.decision).toBe(true);
    story.pass(HOUR);
    expect(story.ask(costing('d', 6)).body.decision).toBe(true);
  });

  test('what a limit has left is told by what it says since the reservation', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    story.ask(costing('a', 1));
    story.change([limitsDocument([spend({ budget: { limit: 9, window: '1d' } })])]);
    story.ask(costing('b', 1));
    expect(story.report(success('a')).body.limits[0]).toMatchObject({ used: 1, reserved: 1, remaining: 3 });
    expect(story.report(success('b')).body.limits[0]).toMatchObject({ used: 2, reserved: 0, remaining: 7 });
  });

  test('missing: deny refuses a request that does not say what it costs', () => {
    const story = new VerdictStory([limitsDocument([spend({ missing: 'deny' })])]);
    const { body } = story.ask(toolRequest('a'));
    expect(body.decision).toBe(false);
    expect(body.reasons[0]).toMatchObject({ code: 'limit.missing', rule: 'spend' });
  });

  test('amounts add up exactly, whatever their decimals', () => {
    const story = new VerdictStory([limitsDocument([spend({ budget: { limit: 1, window: '1d' } })])]);
    for (let i = 0; i < 10; i++) expect(story.ask(costing(`r-${i}`, 0.1)).body.decision).toBe(true);
    expect(story.ask(costing('more', 0.000001)).body.decision).toBe(false);
  });
});

describe('rates', () => {
  test('LO-11 a rate is a bucket that starts full and refills continuously', () => {
    const story = new VerdictStory([limitsDocument([pace({ rate: { limit: 10, period: '1s' } })])]);
    for (let i = 0; i < 10; i++) expect(story.ask(toolRequest(`r-${i}`)).body.decision).toBe(true);
    const denied = story.ask(toolRequest('r-10')).body;
    expect(denied.reasons[0].code).toBe('limit.rate_exceeded');
    expect(denied.limits[0]).toMatchObject({ used: 10, remaining: 0, retry_after_ms: 100 });
    story.pass(100);
    expect(story.ask(toolRequest('r-11')).body.decision).toBe(true);
    expect(story.ask(toolRequest('r-12')).body.decision).toBe(false);
  });

  test('LO-11 a token that was taken is not refunded, even when the work never began', () => {
    const story = new VerdictStory([limitsDocument([pace()])]);
    story.ask(toolRequest('a'));
    story.report({ ...success('a'), outcome: 'cancelled' });
    expect(story.ask(toolRequest('b')).body.limits[0]).toMatchObject({ used: 2, remaining: 0 });
  });

  test('a rate of cost owes what was used above the estimate', () => {
    const story = new VerdictStory([
      limitsDocument([pace({ measure: 'cost', rate: { limit: 10, period: '1m' } })]),
    ]);
    story.ask(costing('a', 4));
    expect(story.report(success('a', 14)).body.limits[0]).toMatchObject({ used: 10, remaining: 0 });
    story.pass(MINUTE / 2);
    expect(story.ask(costing('b', 2)).body.decision).toBe(false);
    story.pass(MINUTE / 2);
    expect(story.ask(costing('c', 6)).body.decision).toBe(true);
  });

  test('SO-11 a limit can count some actions only', () => {
    const story = new VerdictStory([limitsDocument([pace({ actions: ['data.write'], stage: 'attempt' })])]);
    const write = (id: string) => ({
      ...toolRequest(id),
      action: { name: 'data.write' },
      resource: { type: 'key', id: 'users/alice' },
    });
    for (const id of ['a', 'b']) expect(story.ask(write(id)).body.decision).toBe(true);
    expect(story.ask(write('c')).body.decision).toBe(false);
    expect(story.ask(toolRequest('d')).body.limits).toEqual([]);
  });

  test('SO-11 an agent, a session and a context field are scopes of their own', () => {
    const scoped = (key: string[]) =>
      new VerdictStory([limitsDocument([pace({ key, rate: { limit: 1, period: '1m' } })])]);
    const agents = scoped(['agent']);
    expect(agents.ask(toolRequest('a', { id: 'one' })).body.decision).toBe(true);
    expect(agents.ask(toolRequest('a', { id: 'two' })).body.decision).toBe(true);
    const sessions = scoped(['session']);
    expect(sessions.ask(toolRequest('a', { session: 's-1' })).body.decision).toBe(true);
    expect(sessions.ask(toolRequest('b', { session: 's-2' })).body.decision).toBe(true);
    expect(sessions.ask(toolRequest('c', { session: 's-1' })).body.decision).toBe(false);
    expect(sessions.ask(toolRequest('a', { id: 'other', session: 's-1' })).body.decision).toBe(true);
    const regions = scoped(['agent', 'context.region']);
    expect(regions.ask(toolRequest('a', { context: { region: 'eu' } })).body.decision).toBe(true);
    expect(regions.ask(toolRequest('b', { context: { region: 'us' } })).body.decision).toBe(true);
    expect(regions.ask(toolRequest('c', { context: { region: 'eu' } })).body.limits[0].key).toBe(
      'agent:analyst,context.region:eu',
    );
  });

  test('SO-12 one token per request; the bucket starts full and holds no more than its limit', () => {
    const story = new VerdictStory([limitsDocument([pace()])]);
    story.ask(toolRequest('a'));
    story.pass(10 * MINUTE);
    expect(story.ask(toolRequest('b')).body.limits[0]).toMatchObject({ used: 1, remaining: 1 });
  });

  test('SO-13 requests that do not say the value share one bucket', () => {
    const story = new VerdictStory([limitsDocument([pace({ key: ['agent', 'context.region'] })])]);
    story.ask(toolRequest('a'));
    story.ask(toolRequest('b', { context: { region: { not: 'a text' } } }));
    const { body } = story.ask(toolRequest('c'));
    expect(body.decision).toBe(false);
    expect(body.limits[0].key).toBe('agent:analyst,context.region:unknown');
  });

  test('SO-13 a session that an agent merely claims is no session', () => {
    const story = new VerdictStory([limitsDocument([pace({ key: ['session'] })])]);
    story.ask(toolRequest('a', { session: 's-1' }), false);
    story.ask(toolRequest('b', { session: 's-2' }), false);
    expect(story.ask(toolRequest('c', { session: 's-3' }), false).body.decision).toBe(false);
  });

  test('SO-14 a limit without actions spans all of them, one with actions only those', () => {
    const data = (id: string, name: string) => ({
      ...toolRequest(id),
      action: { name },
      resource: { type: 'key', id: 'users/alice' },
    });
    const all = new VerdictStory([limitsDocument([pace()])]);
    all.ask(data('a', 'data.read'));
    all.ask(data('b', 'data.write'));
    expect(all.ask(data('c', 'data.delete')).body.decision).toBe(false);
    const each = new VerdictStory([
      limitsDocument([
        pace({ id: 'reads', actions: ['data.read'] }),
        pace({ id: 'writes', actions: ['data.write'] }),
      ]),
    ]);
    for (const name of ['data.read', 'data.write']) {
      for (const n of [1, 2]) expect(each.ask(data(`${name}-${n}`, name)).body.decision).toBe(true);
      expect(each.ask(data(`${name}-3`, name)).body.decision).toBe(false);
    }
  });
});

describe('several limits on one request', () => {
  const poor = spend({ id: 'poor', budget: { limit: 1, window: '1d' } });

  test('repair: second limiter denies → first not charged', () => {
    const story = new VerdictStory([limitsDocument([spend(), poor])]);
    const { body } = story.ask(costing('a', 2));
    expect(body.decision).toBe(false);
    expect(body.limits.map((l: { limit: string; reserved: number }) => [l.limit, l.reserved])).toEqual([
      ['spend', 0],
      ['poor', 0],
    ]);
    expect(story.types()).toEqual(['verdict.issued']);
  });

  test('attempts as well are all or nothing among themselves', () => {
    const attempts = [
      pace({ id: 'one', stage: 'attempt' }),
      pace({ id: 'two', stage: 'attempt', rate: { limit: 1, period: '1m' } }),
    ];
    const story = new VerdictStory([limitsDocument(attempts)]);
    story.ask(toolRequest('a'));
    const { body } = story.ask(toolRequest('b'));
    expect(body.limits[0]).toMatchObject({ limit: 'one', used: 1 });
    expect(body.reasons[0]).toMatchObject({ rule: 'two', code: 'limit.rate_exceeded' });
  });

  test('repair: two same-scope limits are two limits, each charged once', () => {
    const story = new VerdictStory([
      limitsDocument([pace({ id: 'short' }), pace({ id: 'long', rate: { limit: 3, period: '1h' } })]),
    ]);
    const { body } = story.ask(toolRequest('a'));
    expect(body.limits.map((l: { used: number; remaining: number }) => [l.used, l.remaining])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  test('an attempt is charged although a rule denies; admission is not', () => {
    const guardrail = {
      policy_id: 'guardrail.ws',
      kind: 'guardrail' as const,
      schema_version: 1,
      description: 'No search',
      rules: { tools: { blocked_tools: ['search'] } },
    };
    const story = new VerdictStory([guardrail, limitsDocument([pace({ stage: 'attempt' }), spend()])]);
    const { body } = story.ask(costing('a', 1));
    expect(body.effect).toBe('deny');
    expect(body.limits).toMatchObject([
      { limit: 'pace', used: 1 },
      { limit: 'spend', used: 0, reserved: 0 },
    ]);
    expect(story.types()).toEqual(['verdict.issued', 'limit.charged']);
  });

  test('limits of a document on trial deny nothing, hold nothing, and say what they would have done', () => {
    const story = new VerdictStory([limitsDocument([spend()], { enforcement: 'warn' })]);
    story.ask(costing('a', 4));
    const { body } = story.ask(costing('b', 4));
    expect(body.decision).toBe(true);
    expect(body.reservation).toBeNull();
    expect(body.limits).toEqual([]);
    expect(body.warnings).toMatchObject([{ code: 'limit.exceeded', effect: 'deny', enforcement: 'warn' }]);
  });

  test('repair: empty set then add: documents added later apply', () => {
    const story = new VerdictStory([]);
    expect(story.ask(costing('a', 9)).body.decision).toBe(true);
    story.change([limitsDocument([spend()])]);
    expect(story.ask(costing('b', 9)).body.decision).toBe(false);
  });

  test('a document that is for others does not limit', () => {
    const story = new VerdictStory([limitsDocument([spend()], { applies_to: { subjects: ['payments-*'] } })]);
    expect(story.ask(costing('a', 9)).body.limits).toEqual([]);
    expect(story.ask(costing('b', 9, 'payments-1')).body.decision).toBe(false);
  });
});

describe('limits in the replies after the verdict', () => {
  const listed = (body: { limits: readonly { limit: string; used: number; reserved: number }[] }) =>
    body.limits.map(({ limit, used, reserved }) => [limit, used, reserved]);
  const all = [
    spend(),
    pace({ stage: 'attempt' }),
    pace({ id: 'calls', rate: { limit: 4, period: '1m' } }),
    spend({ id: 'tries', stage: 'attempt' }),
  ];
  const rules = (...kept: readonly unknown[]) => [limitsDocument(kept)];

  test('an outcome lists every limit of its verdict: what it settled first, then attempts and rates as they stand', () => {
    const story = new VerdictStory(rules(...all));
    story.ask(costing('a', 3));
    story.pass(6_000);
    expect(listed(story.report(success('a', 2)).body)).toEqual([
      ['spend', 2, 0],
      ['calls', 0.6, 0],
      ['pace', 0.8, 0],
      ['tries', 3, 0],
    ]);
    story.pass(10 * MINUTE);
    expect(story.replay()).toEqual([]);
  });

  test('of a request that only attempts and rates count as well, also when the bucket is full again', () => {
    const story = new VerdictStory(rules(pace({ stage: 'attempt' }), pace({ id: 'calls' })));
    story.ask(toolRequest('a'));
    story.pass(MINUTE);
    expect(listed(story.report(success('a')).body)).toEqual([
      ['pace', 0, 0],
      ['calls', 0, 0],
    ]);
    expect(story.replay()).toEqual([]);
  });

  test('a late outcome and a cancellation do the same', () => {
    const story = new VerdictStory(rules(spend(), pace({ stage: 'attempt' })));
    story.ask(costing('a', 3));
    story.ask(costing('b', 1));
    expect(listed(story.report({ ...success('b'), outcome: 'cancelled' }).body)).toEqual([
      ['spend', 0, 3],
      ['pace', 2, 0],
    ]);
    story.pass(30_000);
    expect(listed(story.report(success('a', 1)).body)).toEqual([
      ['spend', 1, 0],
      ['pace', 1, 0],
    ]);
    expect(story.replay()).toEqual([]);
  });

  test('a limit whose rule is gone by then, and of which nothing is held, is left out', () => {
    const story = new VerdictStory(rules(spend(), pace({ stage: 'attempt' })));
    story.ask(costing('a', 3));
    story.change(rules(spend()));
    expect(listed(story.report(success('a', 3)).body)).toEqual([['spend', 3, 0]]);
    expect(story.replay()).toEqual([]);
  });
});

describe('safety', () => {
  test('N6 repair: k concurrent tasks vs budget for one: only one is let through', () => {
    const story = new VerdictStory([limitsDocument([spend({ budget: { limit: 5, window: '1d' } })])]);
    const decisions = ['a', 'b', 'c', 'd'].map((id) => story.ask(costing(id, 5)).body.decision);
    expect(decisions).toEqual([true, false, false, false]);
  });

  test('N8 repair: retry with same request id charged once, with the same bytes', () => {
    const story = new VerdictStory([limitsDocument([spend(), pace({ stage: 'attempt' })])]);
    const first = story.ask(costing('a', 3));
    const again = story.ask(costing('a', 3));
    expect(again.text).toBe(first.text);
    expect(again.events).toEqual([]);
    expect(story.ask(costing('b', 2)).body.limits).toMatchObject([{ reserved: 5 }, { used: 2 }]);
  });

  test('N8 another request under a known id is refused; the order of keys makes no other request', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    const request = costing('a', 3);
    const first = story.ask({ ...request, context: { cost: 3, region: 'eu' } });
    expect(story.ask({ ...request, context: { region: 'eu', cost: 3 } }).text).toBe(first.text);
    expect(story.ask({ ...request, context: { cost: 4, region: 'eu' } }).rejection?.code).toBe(
      'REQUEST_ID_REUSED',
    );
    expect(story.ask({ ...request, context: { cost: 3, region: 'eu' }, at_least_revision: 1 }).text).toBe(
      first.text,
    );
  });

  test('__proto__ as an agent is an agent like any other', () => {
    const story = new VerdictStory([limitsDocument([spend()])]);
    story.ask(costing('a', 5, '__proto__'));
    expect(story.ask(costing('b', 1, '__proto__')).body.decision).toBe(false);
    expect(story.ask(costing('b', 1, 'constructor')).body.decision).toBe(true);
  });

  test('restart keeps spend: what is recorded rebuilds the same state and the same verdicts', () => {
    const story = new VerdictStory([limitsDocument([spend(), pace({ stage: 'attempt' })])]);
    story.ask(costing('a', 3));
    story.report(success('a', 2));
    story.ask(costing('b', 9));
    story.pass(DAY);
    story.ask(costing('c', 1));
    expect(story.replay()).toEqual([]);
  });

  test('policies older than a recorded verdict cites are refused as stale', () => {
    const story = new VerdictStory([]);
    story.change([limitsDocument([spend()])]);
    story.ask(costing('a', 1));
    const old = new VerdictStory([]);
    story.entries.forEach((entry, i) => {
      entry.events.forEach((event, index) => {
        old.fold(event, { ws: 'default', at: entry.at, revision: i + 1, index, command: entry.command });
      });
    });
    expect(old.ask(costing('b', 1)).rejection?.code).toBe('POLICY_STALE');
  });

  test('an account that is still in use is not forgotten', () => {
    const story = new VerdictStory([limitsDocument([pace()])]);
    story.ask(toolRequest('a'));
    story.pass(10_000);
    story.ask(toolRequest('b'));
    story.pass(30_000);
    story.ask(toolRequest('a', { id: 'another' }));
    expect(story.ask(toolRequest('c')).body.decision).toBe(true);
    expect(story.ask(toolRequest('d')).body.decision).toBe(false);
  });

  test('accounts of agents that do nothing any more are none at once, and are forgotten little by little', () => {
    const story = new VerdictStory([limitsDocument([pace({ rate: { limit: 100, period: '1m' } })])]);
    for (let i = 0; i < 100; i++) story.ask(toolRequest('a', { id: `agent-${i}` }));
    expect(accounts(story)).toHaveLength(100);
    story.pass(MINUTE);
    story.ask(toolRequest('b', { id: 'busy' }));
    expect(accounts(story)).toEqual(['agent:busy']);
    for (let i = 0; i < 50; i++) story.ask(toolRequest(`c-${i}`, { id: 'busy' }));
    expect(story.state.ledger.size()).toBe(1);
  });

  test('a bucket that was full again is a new one, whether or not it was forgotten yet', () => {
    const raised = [limitsDocument([pace({ rate: { limit: 4, period: '1m' } })])];
    const story = new VerdictStory([limitsDocument([pace()])]);
    story.ask(toolRequest('a'));
    story.pass(MINUTE / 2);
    story.change(raised);
    expect(story.state.ledger.size()).toBe(1);
    expect(story.ask(toolRequest('b')).body.limits[0]).toMatchObject({ used: 1, remaining: 3 });
  });
});
