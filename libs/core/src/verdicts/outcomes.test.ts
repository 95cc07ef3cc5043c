import type { OutcomeReport } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { limitsDocument, type StoryDocument, toolRequest } from './story-documents.ts';
import { VerdictStory } from './verdict-story.ts';

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
  subject: { type: 'agent', id: 'analyst' },
  outcome: 'success',
  ...more,
});

describe('settling', () => {
  test('N7 a reservation lasts until its outcome, which settles it at the real cost', () => {
    const story = withBudget();
    expect(story.ask(costing('a', 5)).body.reservation).toEqual({
      id: 'a',
      expires_at: '2025-11-21T12:00:30.000Z',
    });
    expect(story.report(report('a', { cost: 3 })).body).toMatchObject({
      request_id: 'a',
      settled: true,
      effect: 'allow',
      limits: [{ limit: 'spend', used: 3, reserved: 0, remaining: 47 }],
      receipt: { journal: 'verdicts.0', revision: 2, index: 0 },
    });
  });

  test('failed work is charged like any other, and an outcome without a cost at what was reserved', () => {
    const story = withBudget();
    story.ask(costing('a', 5));
    expect(story.report(report('a', { outcome: 'error' })).body.limits[0].used).toBe(5);
  });

  test('what lies above the reservation is an overrun, counts as used, and blocks what follows', () => {
    const story = withBudget();
    story.ask(costing('a', 5));
    expect(story.report(report('a', { cost: 60 })).body.limits[0]).toMatchObject({ used: 60, remaining: 0 });
    expect(story.events().at(-1)?.data).toMatchObject({
      entries: [{ amount: 60_000_000, overrun: 55_000_000 }],
    });
    expect(story.ask(costing('b', 0)).body.decision).toBe(false);
  });

  test('cancelled work gives its reservation back', () => {
    const story = withBudget();
    story.ask(costing('a', 50));
    expect(story.report(report('a', { outcome: 'cancelled' })).body).toMatchObject({
      settled: false,
      limits: [{ used: 0, reserved: 0 }],
    });
    expect(story.ask(costing('b', 50)).body.decision).toBe(true);
  });

  test('N7 repair: crash between verdict and settle: the full amount is settled when the reservation expires', () => {
    const story = withBudget({ reserve_for: '1m' });
    story.ask(costing('a', 5));
    story.pass(59_999);
    expect(story.types()).not.toContain('limit.settled');
    story.pass(1);
    expect(story.events().at(-1)).toMatchObject({ type: 'limit.settled', data: { cause: 'expired' } });
    expect(story.ask(costing('b', 1)).body.limits[0]).toMatchObject({ used: 5, reserved: 1 });
  });

  test('a timer that comes too early, or for what has ended, changes nothing', () => {
    const story = withBudget();
    const { subject } = report('a');
    story.ask(costing('a', 5));
    story.pass(29_999);
    expect(story.submit({ kind: 'expire', subject, request_id: 'a' }).events).toEqual([]);
    story.report(report('a', { cost: 3 }));
    story.pass(1);
    expect(story.submit({ kind: 'expire', subject, request_id: 'a' }).events).toEqual([]);
  });

  test('one request has one reservation, as patient as the most patient of its limits', () => {
    const patient = spend({ id: 'slow', reserve_for: '2m' });
    const story = new VerdictStory([limitsDocument([spend(), patient])]);
    expect(story.ask(costing('a', 5)).body.reservation.expires_at).toBe('2025-11-21T12:02:00.000Z');
  });
});

describe('what is no outcome', () => {
  test('an unknown request is not found', () => {
    const { rejection } = withBudget().report(report('nobody-asked'));
    expect(rejection).toMatchObject({ code: 'REQUEST_NOT_FOUND', path: '/request_id' });
  });

  test('denied work has none', () => {
    const story = withBudget();
    story.ask(costing('a', 51));
    expect(story.report(report('a')).rejection?.code).toBe('OUTCOME_NOT_ALLOWED');
  });

  test('the same outcome again gets the same reply and changes nothing; another one is refused', () => {
    const story = withBudget();
    story.ask(costing('a', 5));
    const first = story.report(report('a', { cost: 3 }));
    expect(story.report(report('a', { cost: 3 })).text).toBe(first.text);
    expect(story.report(report('a', { cost: 4 })).rejection?.code).toBe('OUTCOME_REUSED');
    expect(story.entries).toHaveLength(2);
  });
});

describe('values', () => {
  const hooks = (rules: readonly unknown[]): StoryDocument => ({
    policy_id: 'hooks.customers',
    kind: 'hooks',
    schema_version: 1,
    description: 'Who sees what',
    rules,
  });
  const mask = {
    id: 'mask',
    phase: 'after',
    operation: 'read',
    pattern: 'users/*/email',
    effect: 'modify',
    replace_with: '[REDACTED]',
  };
  const withhold = {
    id: 'hide',
    phase: 'after',
    operation: 'read',
    pattern: 'users/*/email',
    effect: 'deny',
  };
  const read = {
    ...toolRequest('a'),
    action: { name: 'data.read' },
    resource: { type: 'key', id: 'users/alice/email' },
  };

  test('the after rules say what may be passed on; only hashes and edits are recorded', () => {
    const story = new VerdictStory([hooks([mask])]);
    story.ask(read);
    const { body } = story.report(report('a', { value: 'alice@example.com' }));
    expect(body).toMatchObject({ effect: 'modify', value: '[REDACTED]', settled: false });
    expect(JSON.stringify(story.entries)).not.toContain('alice@example.com');
    expect(story.events().at(-1)?.data).toMatchObject({
      value_sha256: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      after: { edits: [{ policy_id: 'hooks.customers', rule: 'mask', path: '' }] },
    });
  });

  test('a repeat makes the value again from its own copy; another value is another outcome', () => {
    const story = new VerdictStory([hooks([mask])]);
    story.ask(read);
    const first = story.report(report('a', { value: 'alice@example.com' }));
    story.change([]);
    expect(story.report(report('a', { value: 'alice@example.com' })).text).toBe(first.text);
    expect(story.report(report('a', { value: 'bob@example.com' })).rejection?.code).toBe('OUTCOME_REUSED');
  });

  test('the stricter of the policies at the verdict and those of now holds', () => {
    const tightened = new VerdictStory([hooks([mask])]);
    tightened.ask(read);
    tightened.change([hooks([withhold])]);
    const strict = tightened.report(report('a', { value: 'alice@example.com' })).body;
    expect(strict.effect).toBe('deny');
    expect(strict).not.toHaveProperty('value');
    const loosened = new VerdictStory([hooks([mask])]);
    loosened.ask(read);
    loosened.change([]);
    expect(loosened.report(report('a', { value: 'alice@example.com' })).body.value).toBe('[REDACTED]');
  });

  test('without the policies of the verdict a value is not judged', () => {
    const story = new VerdictStory([hooks([mask])]);
    story.ask(read);
    story.change([]);
    story.forgetOldSets();
    expect(story.report(report('a', { value: 'x' })).rejection?.code).toBe('POLICY_STALE');
  });

  test('replay takes the judgement of a value from the record', () => {
    const story = new VerdictStory([hooks([mask])]);
    story.ask(read);
    story.change([hooks([withhold])]);
    story.report(report('a', { value: { any: ['value', 1] } }));
    expect(story.replay()).toEqual([]);
  });
});
