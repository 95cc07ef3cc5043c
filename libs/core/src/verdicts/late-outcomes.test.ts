import type { OutcomeReport } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeCommand } from './outcome-desk.ts';
import {
  approvalDocument,
  limitsDocument,
  toolRequest,
  transferApproval,
  votingDocument,
} from './story-documents.ts';
import { NOON, VerdictStory } from './verdict-story.ts';
import { verdictsDecider } from './verdicts-decider.ts';

const MINUTE = 60_000;
const SUBJECT = { type: 'agent', id: 'analyst' };
const spend = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: 'spend',
  measure: 'cost',
  key: ['agent'],
  budget: { limit: 50, window: '1d' },
  ...more,
});
const withBudget = (more?: Readonly<Record<string, unknown>>) =>
  new VerdictStory([limitsDocument([spend(more)])]);
const costing = (id: string, cost: number) => toolRequest(id, { context: { cost } });
const report = (request_id: string, more: Partial<OutcomeReport> = {}): OutcomeReport => ({
  request_id,
  subject: SUBJECT,
  outcome: 'success',
  ...more,
});
const settledInAll = ({ state }: VerdictStory): number =>
  state.ledger
    .list(state.at)
    .reduce((sum, { account }) => sum + (account.form === 'budget' ? account.settled : 0), 0) / 1_000_000;

const raise = (): never => {
  throw new Error('nothing was recorded');
};

describe('after the expiry', () => {
  const expiredStory = (more?: Readonly<Record<string, unknown>>) => {
    const story = withBudget(more);
    story.ask(costing('a', 5));
    story.pass(30_000);
    return story;
  };

  test('nothing is kept of the reservation: what an outcome needs is in the record', () => {
    const story = expiredStory();
    expect(story.state.reservations.size).toBe(0);
    expect(story.state.deadlines.next()).toBeUndefined();
    expect(story.pinned('a')).toBeUndefined();
  });

  test('an outcome lowers the charge, and says what it lowered, so that replay needs nothing else', () => {
    const story = expiredStory();
    expect(story.report(report('a', { cost: 2 })).body).toMatchObject({
      settled: true,
      limits: [{ limit: 'spend', used: 2, reserved: 0, remaining: 48 }],
    });
    expect(story.events().at(-1)).toMatchObject({
      type: 'limit.settled',
      data: {
        cause: 'late',
        entries: [{ amount: 2_000_000, account: { settled: 2_000_000, reserved: 0 } }],
        reservation: { expires_at: NOON + 30_000, held: [{ rule: 'spend', amount: 5_000_000 }] },
      },
    });
    expect(JSON.stringify(story.entries.at(-1)?.command)).not.toContain('held');
    expect(story.replay()).toEqual([]);
  });

  test('an outcome never raises it', () => {
    const story = expiredStory();
    expect(story.report(report('a', { cost: 9 })).body.limits[0].used).toBe(5);
    expect(story.events().at(-1)).toMatchObject({ data: { cause: 'late', entries: [] } });
    expect(story.replay()).toEqual([]);
  });

  test('it is lowered once: the same outcome again gets the same reply, another one is refused', () => {
    const story = expiredStory();
    const first = story.report(report('a', { cost: 2 }));
    expect(story.report(report('a', { cost: 2 })).text).toBe(first.text);
    expect(story.report(report('a', { cost: 1 })).rejection?.code).toBe('OUTCOME_REUSED');
    expect(settledInAll(story)).toBe(2);
  });

  test('it is lowered within the retry window alone, though the memory may hold the id for longer', () => {
    const [inTime, late] = [expiredStory(), expiredStory()];
    inTime.pass(2 * MINUTE - 1);
    expect(inTime.report(report('a', { cost: 2 })).rejection).toBeUndefined();
    late.pass(2 * MINUTE);
    expect(late.report(report('a', { cost: 2 })).rejection?.code).toBe('REQUEST_NOT_FOUND');
    expect(settledInAll(late)).toBe(5);
    expect(inTime.replay()).toEqual([]);
  });

  test('an outcome keeps the id of its request alive, whatever is remembered of it', () => {
    const story = expiredStory();
    story.report(report('a', { cost: 2 }));
    const { command, ws, at, events } = story.entries.at(-1) ?? raise();
    const [outcome] = events;
    const about = verdictsDecider.about(outcome ?? raise(), { ws, at, revision: 9, index: 0, command });
    expect(about[1]).toMatchObject({ answers: false, place: { revision: 1, index: 0 } });
  });

  test('cancelled is refused, with what can be reported instead', () => {
    const { rejection } = expiredStory().report(report('a', { outcome: 'cancelled' }));
    expect(rejection).toMatchObject({ code: 'OUTCOME_NOT_ALLOWED', path: '/outcome' });
    expect(rejection?.message).toContain('expired at 2025-11-21T12:00:30.000Z');
  });

  test('the same holds when the timer is late', () => {
    const story = withBudget();
    story.ask(costing('a', 5));
    story.now += 30_000;
    expect(story.report(report('a', { outcome: 'cancelled' })).rejection?.code).toBe('OUTCOME_NOT_ALLOWED');
    expect(story.report(report('a', { cost: 9 })).body.limits[0]).toMatchObject({ used: 5, reserved: 0 });
    expect(story.replay()).toEqual([]);
  });

  test('in another window there is nothing left to lower, and the new one is not touched', () => {
    const story = expiredStory({ budget: { limit: 50, window: '1m' } });
    story.pass(MINUTE);
    story.ask(costing('b', 7));
    expect(story.report(report('a', { cost: 2 })).body.limits).toMatchObject([{ used: 0, reserved: 7 }]);
    expect(story.events().at(-1)).toMatchObject({ data: { entries: [{ account: null }] } });
    expect(story.replay()).toEqual([]);
  });

  test('a rate is never given back: it refills as ever', () => {
    const pace = { id: 'pace', measure: 'cost', key: ['agent'], rate: { limit: 10, period: '1h' } };
    const story = new VerdictStory([limitsDocument([spend(), pace])]);
    story.ask(costing('a', 5));
    story.pass(30_000);
    const { limits } = story.report(report('a', { cost: 2 })).body;
    expect(limits).toMatchObject([
      { limit: 'spend', used: 2 },
      { limit: 'pace', used: 4.916667 },
    ]);
    expect(story.replay()).toEqual([]);
  });

  test('once the id is forgotten, so is the reservation', () => {
    const story = expiredStory();
    story.forgetReplies();
    expect(story.report(report('a', { cost: 2 })).rejection?.code).toBe('REQUEST_NOT_FOUND');
  });

  test('an outcome for what another one has ended before its time changes nothing, whatever is remembered', () => {
    const story = withBudget();
    story.ask(costing('a', 5));
    story.report(report('a', { cost: 4 }));
    story.forgetReplies();
    const held = [
      {
        policy_id: 'limits.agents',
        rule: 'spend',
        key: 'agent:analyst',
        measure: 'cost' as const,
        limit: 50_000_000,
        amount: 5_000_000,
        opened: NOON,
      },
    ];
    const command = outcomeCommand(report('a', { cost: 1 }), {
      receipt: { journal: 'verdicts.0', revision: 1, index: 0 },
      effect: 'allow',
      set_revision: 1,
      reservation: { expires_at: NOON + 30_000, held },
    });
    expect(story.submit(command).rejection?.code).toBe('OUTCOME_REUSED');
    expect(settledInAll(story)).toBe(4);
  });
});

describe('after the expiry of an approved request', () => {
  const more = { ...spend(), id: 'more' };
  const approvedStory = (after: readonly unknown[]) => {
    const others = [approvalDocument([transferApproval()]), votingDocument()];
    const story = new VerdictStory([...others, limitsDocument([spend()])]);
    const { body } = story.ask(toolRequest('a', { tool: 'transfer', context: { cost: 5 } }));
    story.change([...others, limitsDocument(after)]);
    story.pass(MINUTE);
    const { session_id } = body.obligations[0];
    story.close({ subject: SUBJECT, request_id: 'a', session_id, outcome: 'positive' });
    story.pass(30_000);
    return story;
  };

  test('an outcome lowers what was reserved before the approval, and with it', () => {
    const story = approvedStory([spend(), more]);
    expect(story.state.reservations.size).toBe(0);
    expect(story.report(report('a', { cost: 2 })).body.limits).toMatchObject([
      { limit: 'spend', used: 2, reserved: 0 },
      { limit: 'more', used: 2, reserved: 0 },
    ]);
    expect(story.replay()).toEqual([]);
  });

  test('the time counts from the approval', () => {
    const { rejection } = approvedStory([spend()]).report(report('a', { outcome: 'cancelled' }));
    expect(rejection?.message).toContain('expired at 2025-11-21T12:01:30.000Z');
  });
});

describe('a reservation that outlives the memory of its id', () => {
  const heldForAnHour = () => {
    const story = withBudget({ reserve_for: '1h' });
    const first = story.ask(costing('a', 5));
    story.pass(10 * MINUTE);
    story.forgetReplies();
    expect(story.pinned('a')).toEqual({ revision: 1, index: 0 });
    return { story, first };
  };

  test.each([
    [
      'its outcome',
      (story: VerdictStory) => story.submit(outcomeCommand(report('a', { cost: 2 }), undefined)),
    ],
    [
      'its cancellation',
      (story: VerdictStory) => story.submit(outcomeCommand(report('a', { outcome: 'cancelled' }), undefined)),
    ],
    ['its expiry', (story: VerdictStory) => story.pass(50 * MINUTE)],
  ])('brings it back with %s: a repeat gets the recorded verdict, and is charged nothing', (_, end) => {
    const { story, first } = heldForAnHour();
    end(story);
    expect(story.state.reservations.size).toBe(0);
    const before = settledInAll(story);
    expect(story.ask(costing('a', 5)).text).toBe(first.text);
    expect(settledInAll(story)).toBe(before);
    expect(story.replay()).toEqual([]);
  });

  test('can still be lowered after its expiry', () => {
    const { story } = heldForAnHour();
    story.pass(50 * MINUTE);
    expect(story.report(report('a', { cost: 2 })).body.limits).toMatchObject([{ used: 2, reserved: 0 }]);
  });
});

test('law: in the end that is spent which was reported in time, else at most what was reserved', () => {
  const step = fc.record({
    act: fc.constantFrom('ask', 'success', 'cancelled', 'pass'),
    n: fc.nat(),
    cost: fc.nat(9),
    ms: fc.constantFrom(1, 15_000, 29_999, 30_000, 90_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const story = withBudget({ budget: { limit: 1_000_000, window: 'lifetime' } });
      const asked: { ends: number; cost: number; done: boolean }[] = [];
      for (const { act, n, cost, ms } of steps) {
        const i = n % Math.max(1, asked.length);
        const of = asked[i];
        if (act === 'pass') story.pass(ms);
        else if (act === 'ask') {
          story.ask(costing(`r-${asked.length}`, cost));
          asked.push({ ends: story.now + 30_000, cost, done: false });
        } else if (of !== undefined) {
          const late = story.now >= of.ends;
          const { rejection } = story.report(
            report(`r-${i}`, { outcome: act as OutcomeReport['outcome'], cost }),
          );
          const forgotten = story.now >= of.ends + 2 * MINUTE;
          if (forgotten && !of.done) expect(rejection?.code).toBe('REQUEST_NOT_FOUND');
          if (of.done || forgotten || (late && act === 'cancelled')) continue;
          expect(rejection).toBeUndefined();
          const used = act === 'cancelled' ? 0 : cost;
          Object.assign(of, { done: true, cost: late ? Math.min(used, of.cost) : used });
        }
      }
      story.pass(30_000);
      expect(story.state.reservations.size).toBe(0);
      expect(settledInAll(story)).toBe(asked.reduce((sum, { cost }) => sum + cost, 0));
      expect(story.replay()).toEqual([]);
    }),
  );
});
