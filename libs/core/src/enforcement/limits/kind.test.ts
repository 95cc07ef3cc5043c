import { describe, expect, test } from 'vitest';
import { limitsDocument } from '../../verdicts/story-documents.ts';
import { limitsKind } from './kind.ts';

const budget = { id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 50, window: '1d' } };
const problemsOf = (rule: unknown) => limitsKind.check(limitsDocument([rule])).problems;
const found = (rule: unknown): [string, string][] => problemsOf(rule).map(({ code, path }) => [code, path]);

describe('a limits document', () => {
  test('is accepted with budgets and rates', () => {
    const rate = {
      id: 'pace',
      measure: 'requests',
      key: ['session'],
      rate: { limit: 60, period: '1m' },
      stage: 'attempt',
    };
    const check = limitsKind.check(limitsDocument([budget, rate]));
    expect(check).toEqual({ problems: [], warnings: [] });
  });

  test.each([[[]], [['workspace']], [['context.region']]])(
    'is refused as UNSUPPORTED with the key %j, which several agents share',
    (key) => {
      expect(found({ ...budget, key })).toEqual([['UNSUPPORTED', '/rules/0/key']]);
    },
  );

  test.each([
    ['neither budget nor rate', { budget: undefined }, '/rules/0'],
    ['both budget and rate', { rate: { limit: 1, period: '1m' } }, '/rules/0'],
    ['an unknown measure', { measure: 'euros' }, '/rules/0/measure'],
    ['an unknown key word', { key: ['agent', 'team'] }, '/rules/0/key/1'],
    ['a key named twice', { key: ['agent', 'agent'] }, '/rules/0/key'],
    ['an unknown on_exceeded', { on_exceeded: 'explode' }, '/rules/0/on_exceeded'],
    ['a downgrade to nothing', { on_exceeded: 'downgrade' }, '/rules/0/downgrade_to'],
    ['a downgrade_to without downgrade', { downgrade_to: 'small' }, '/rules/0/downgrade_to'],
    ['a window that is no duration', { budget: { limit: 1, window: 'a day' } }, '/rules/0/budget/window'],
    ['a limit below nothing', { budget: { limit: -1, window: '1d' } }, '/rules/0/budget/limit'],
    ['a limit with seven decimals', { budget: { limit: 0.0000001, window: '1d' } }, '/rules/0/budget/limit'],
    ['a reservation of an attempt', { stage: 'attempt', reserve_for: '1m' }, '/rules/0/reserve_for'],
    ['a reservation of more than a day', { reserve_for: '25h' }, '/rules/0/reserve_for'],
    ['a field nobody knows', { colour: 'red' }, '/rules/0/colour'],
  ])('is refused with %s', (_, change, path) => {
    expect(found({ ...budget, ...change })).toEqual([['POLICY_INVALID', path]]);
  });

  test('tells every problem at once', () => {
    const check = limitsKind.check(
      limitsDocument([{ ...budget, measure: 1 }, { ...budget, id: '' }, budget]),
    );
    expect(check.problems.map(({ path }) => path)).toEqual(['/rules/0/measure', '/rules/1/id']);
  });

  test('names each limit once', () => {
    expect(limitsKind.check(limitsDocument([budget, budget])).problems).toMatchObject([
      { path: '/rules/1/id' },
    ]);
  });

  test('is warned of a setting that has no effect', () => {
    const rate = {
      id: 'pace',
      measure: 'requests',
      key: ['agent'],
      rate: { limit: 1, period: '1m' },
      reserve_for: '1m',
    };
    expect(limitsKind.check(limitsDocument([rate])).warnings).toMatchObject([
      { code: 'INERT_SETTING', path: '/rules/0/reserve_for' },
    ]);
  });
});
