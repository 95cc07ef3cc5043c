import { describe, expect, test } from 'vitest';
import { viewRequest } from '../request-view.ts';
import { request } from '../testing/judge.ts';
import { conditionOf } from './condition-of.ts';

const asked = request('tool.invoke', 'ledger.transfer', { context: { amount: 1500 } });
const view = viewRequest({ request: asked, ws: 'default', at: 0, claimsTrusted: true }, 'ledger.transfer');

describe('the condition of a rule', () => {
  test('is none when the rule has no text', () => {
    expect(conditionOf(undefined)).toBeUndefined();
  });

  test('answers as its text says, however many others were asked since', () => {
    const condition = conditionOf('context.amount == 1500');
    expect(condition?.(view)).toBe('holds');
    for (let other = 0; other < 20_000; other += 1) conditionOf(`context.amount == ${other}`)?.(view);
    expect(condition?.(view)).toBe('holds');
    expect(conditionOf('context.amount == 1499')?.(view)).toBe('fails');
  });

  test('is an error when its text, saved by an earlier build, cannot be enforced any more', () => {
    expect(conditionOf("action.name.matches('tool')")?.(view)).toBe('error');
  });
});
