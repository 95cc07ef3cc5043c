import type { VerdictCommand, VerdictEvent } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldAmounts } from '../enforcement/limits/charge.ts';
import { openEscalations } from './escalation-starts.ts';
import { approvalDocument, limitsDocument, toolRequest, votingDocument } from './story-documents.ts';
import { VerdictStory } from './verdict-story.ts';
import { verdictsDecider } from './verdicts-decider.ts';

const LIMIT = 20;
const documents = [
  approvalDocument(),
  votingDocument(),
  limitsDocument([
    { id: 'day', measure: 'cost', key: ['agent'], budget: { limit: LIMIT, window: '1d' } },
    {
      id: 'minute',
      measure: 'cost',
      key: ['agent'],
      budget: { limit: LIMIT, window: '1m' },
      reserve_for: '2m',
    },
    { id: 'pace', measure: 'requests', key: ['agent'], rate: { limit: 7, period: '10s' } },
    { id: 'tries', measure: 'requests', key: ['agent'], rate: { limit: 30, period: '1m' }, stage: 'attempt' },
  ]),
];

/** One thing that may happen; `n` picks which request or session it happens to. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    tool: fc.constantFrom('search', 'transfer'),
    cost: fc.nat(12),
    agent: fc.constantFrom('one', 'two'),
  }),
  fc.record({ kind: fc.constant('repeat' as const), n: fc.nat() }),
  fc.record({
    kind: fc.constant('outcome' as const),
    n: fc.nat(),
    outcome: fc.constantFrom('success' as const, 'error' as const, 'cancelled' as const),
    share: fc.constantFrom(0, 0.5, 1),
  }),
  fc.record({
    kind: fc.constant('close' as const),
    n: fc.nat(),
    outcome: fc.constantFrom('positive' as const, 'negative' as const, 'expired' as const),
  }),
  fc.record({
    kind: fc.constant('pass' as const),
    ms: fc.constantFrom(1, 500, 5_000, 31_000, 120_000, 900_000),
  }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.constantFrom(1, 31_000) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

/** Plays the steps; no outcome ever says more than was reserved. */
const play = (story: VerdictStory, steps: readonly Step[], after: () => void = () => {}): void => {
  const asked: { id: string; agent: string; tool: string; cost: number }[] = [];
  for (const each of steps) {
    switch (each.kind) {
      case 'ask': {
        const { agent, tool, cost } = each;
        asked.push({ id: `r-${asked.length}`, agent, tool, cost });
        askAgain(story, asked.at(-1));
        break;
      }
      case 'repeat':
        askAgain(story, pick(asked, each.n));
        break;
      case 'outcome': {
        const of = pick(asked, each.n);
        if (of === undefined) break;
        const subject = { type: 'agent', id: of.agent };
        story.report({ request_id: of.id, subject, outcome: each.outcome, cost: of.cost * each.share });
        break;
      }
      case 'close': {
        const session = pick(openEscalations(story.state), each.n);
        if (session === undefined) break;
        story.close({ ...session.request, session_id: session.session_id, outcome: each.outcome });
        break;
      }
      case 'pass':
        story.pass(each.ms);
        break;
      case 'late':
        story.now += each.ms;
        break;
    }
    after();
  }
};

const askAgain = (
  story: VerdictStory,
  of: { id: string; agent: string; tool: string; cost: number } | undefined,
) => {
  if (of !== undefined)
    story.ask(toolRequest(of.id, { id: of.agent, tool: of.tool, context: { cost: of.cost } }));
};

const steps = fc.array(step, { maxLength: 60 });

describe('laws', () => {
  test('seeds 6.7.4 settled + reserved ≤ limit for each budget at every point', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new VerdictStory(documents);
        play(story, all, () => {
          for (const { account } of story.state.ledger.list(story.now)) {
            if (account.form === 'rate') expect(account.level).toBeGreaterThanOrEqual(0);
            else expect(account.settled + account.reserved).toBeLessThanOrEqual(LIMIT * 1_000_000);
          }
        });
      }),
    );
  });

  test('seeds 6.7.4 what an account holds in reserve is the sum of the reservations that are open', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new VerdictStory(documents);
        play(story, all, () => {
          for (const { rule, key, account } of story.state.ledger.list(story.now)) {
            if (account.form === 'budget')
              expect(account.reserved).toBe(reservedIn(story, rule, key, account.opened));
          }
        });
      }),
    );
  });

  test('seeds 6.7.5 each request has one final verdict, and each reservation ends exactly once', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new VerdictStory(documents);
        play(story, all);
        story.pass(3_600_000);
        const finals = count(story.events(), (event) => {
          if (event.type === 'verdict.closed') return event.data.request_id;
          const final = event.type === 'verdict.issued' && event.data.effect !== 'escalate';
          return final ? event.data.request_id : undefined;
        });
        for (const times of finals.values()) expect(times).toBe(1);
        const begun = count(story.events(), (event) =>
          event.type === 'limit.reserved' && event.data.hold !== 'none' ? event.data.request_id : undefined,
        );
        const ended = count(endsOnce(story.events()), ({ data }) =>
          'request_id' in data ? data.request_id : undefined,
        );
        expect(ended).toEqual(begun);
        expect(story.state.reservations.size).toBe(0);
      }),
    );
  });

  test('seeds 6.7.1 what is recorded decides again to the same bytes, and rebuilds the same state', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const story = new VerdictStory(documents);
        play(story, all);
        expect(story.replay()).toEqual([]);
      }),
    );
  });

  test('a try-out that is taken back leaves an equal state, that goes on equally', () => {
    fc.assert(
      fc.property(steps, steps, (before, tried) => {
        const story = new VerdictStory(documents);
        play(story, before);
        const described = story.described();
        story.tryOut(commandsOf(story, tried), 20_000);
        expect(story.described()).toBe(described);
        story.pass(3_600_000);
        expect(story.state.reservations.size).toBe(0);
        expect(openEscalations(story.state)).toEqual([]);
        expect(story.replay()).toEqual([]);
      }),
    );
  });

  test('a state restored from its snapshot behaves like the one that was captured', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const [kept, restarted] = [new VerdictStory(documents), new VerdictStory(documents)];
        for (const story of [kept, restarted]) play(story, before);
        restarted.restart();
        expect(restarted.described()).toBe(kept.described());
        for (const story of [kept, restarted]) play(story, after);
        for (const story of [kept, restarted]) story.pass(3_600_000);
        expect(restarted.entries).toEqual(kept.entries);
        expect(restarted.described()).toBe(kept.described());
        expect(told(restarted)).toEqual(told(kept));
      }),
    );
  });

  test('a snapshot reaches back to every verdict that the state may still be asked for', () => {
    fc.assert(
      fc.property(steps, (before) => {
        const story = new VerdictStory(documents);
        play(story, before);
        const parts = [...verdictsDecider.capture(story.state)];
        const reach = Math.min(
          ...parts.map((part) => verdictsDecider.reach(part) ?? Number.POSITIVE_INFINITY),
        );
        const open = [...story.state.reservations.entries(), ...story.state.escalations.entries()];
        const places = open.flatMap(([key]) => verdictsDecider.pinned(story.state, key)?.revision ?? []);
        expect(reach).toBe(Math.min(...places));
      }),
    );
  });

  test('a snapshot tells the state as it was captured, whatever is decided while it is told', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const story = new VerdictStory(documents);
        play(story, before);
        const atOnce = JSON.stringify([...verdictsDecider.capture(story.state)]);
        const later = verdictsDecider.capture(story.state);
        play(story, after);
        expect(JSON.stringify([...later])).toBe(atOnce);
      }),
    );
  });
});

/** What a snapshot tells, in no order: limits are told in the order in which they were first used since. */
const told = ({ state }: VerdictStory): string[] =>
  [...verdictsDecider.capture(state)].map((part) => JSON.stringify(part)).sort();

/** A late outcome of what has expired already only lowers a charge: the expiry was its end. */
const endsOnce = (events: readonly VerdictEvent[]): VerdictEvent[] => {
  const expired = new Set<string>();
  return events.filter((event) => {
    if (event.type !== 'limit.settled') return event.type === 'limit.released';
    if (event.data.cause === 'expired') expired.add(event.data.request_id);
    return event.data.cause !== 'late' || !expired.has(event.data.request_id);
  });
};

const count = (
  events: readonly VerdictEvent[],
  name: (event: VerdictEvent) => string | undefined,
): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const event of events) {
    const key = name(event);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

const reservedIn = (story: VerdictStory, rule: string, key: string, opened: number): number => {
  let sum = 0;
  for (const held of story.state.reservations.values()) {
    for (const each of heldAmounts(held)) {
      if (each.rule === rule && each.key === key && each.opened === opened) sum += each.amount;
    }
  }
  return sum;
};

/** What a host might try out: requests, outcomes, closes and expiries, of known and unknown ids. */
const commandsOf = (story: VerdictStory, tried: readonly Step[]): VerdictCommand[] =>
  tried.flatMap((each, i): VerdictCommand[] => {
    const subject = { type: 'agent', id: 'one' };
    switch (each.kind) {
      case 'ask': {
        const context = { cost: each.cost };
        const request = {
          ...toolRequest('', { id: each.agent, tool: each.tool, context }),
          request_id: `t-${i}`,
        };
        return [{ kind: 'decide', claims_trusted: true, request }];
      }
      case 'outcome': {
        const request_id = each.n % 2 === 0 ? `r-${each.n % 9}` : `t-${each.n % 9}`;
        return [{ kind: 'outcome', report: { request_id, subject, outcome: each.outcome } }];
      }
      case 'close': {
        const session = pick(openEscalations(story.state), each.n);
        if (session === undefined) return [];
        const { request, session_id } = session;
        return [{ kind: 'close', ...request, session_id, outcome: each.outcome, reasons: [] }];
      }
      case 'pass':
        return [{ kind: 'expire', subject, request_id: `r-${i % 9}` }];
      default:
        return [];
    }
  });
