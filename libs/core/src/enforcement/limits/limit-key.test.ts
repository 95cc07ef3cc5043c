import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsDocument } from '../../verdicts/story-documents.ts';
import { buildDocument } from '../rules/set-builder.ts';
import { limitsKind } from './kind.ts';
import { limitKeyOf } from './limit-key.ts';
import type { LimitRule } from './limit-rule.ts';

const ruleWithKey = (key: readonly string[]): LimitRule => {
  const document = limitsDocument([{ id: 'l', measure: 'requests', key, rate: { limit: 1, period: '1s' } }]);
  const live = {
    policy_id: 'limits.agents',
    kind: 'limits',
    revision: 1,
    hash: '',
    enforcement: 'enforce' as const,
    document,
  };
  const [rule] = buildDocument(live, limitsKind.compile).limits;
  if (rule === undefined) throw new Error('no rule');
  return rule;
};

const keyFor = (
  key: readonly string[],
  subject: { type: string; id: string },
  context: Record<string, unknown> = {},
): string =>
  limitKeyOf(
    ruleWithKey(key),
    { subject, action: { name: 'tool.invoke' }, resource: { type: 'tool', id: 't' }, context },
    'default',
    true,
  ).text;

test('a key names its parts as a person reads them', () => {
  const agent = { type: 'agent', id: 'analyst' };
  expect(keyFor(['agent'], agent)).toBe('agent:analyst');
  expect(keyFor(['agent', 'workspace'], agent)).toBe('agent:analyst,workspace:default');
  expect(keyFor(['session'], agent)).toBe('agent:analyst,session:unknown');
});

test('a subject of another type shares no limit with the agent of the same id', () => {
  expect(keyFor(['agent'], { type: 'user', id: 'bob' })).not.toBe(
    keyFor(['agent'], { type: 'agent', id: 'bob' }),
  );
});

test('law: different agents and values never share a key', () => {
  const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', ',', ':', '\\', 'é') });
  const principal = fc.record({ type: name, id: name, team: name });
  fc.assert(
    fc.property(principal, principal, (a, b) => {
      const keyOf = ({ type, id, team }: typeof a) =>
        keyFor(['agent', 'context.team'], { type, id }, { team });
      expect(keyOf(a) === keyOf(b)).toBe(a.type === b.type && a.id === b.id && a.team === b.team);
    }),
  );
});

test('a key stays short, whatever the request says', () => {
  const agent = { type: 'agent', id: 'analyst' };
  const long = keyFor(['agent', 'context.team'], agent, { team: 'x'.repeat(60_000) });
  expect(long.length).toBeLessThan(200);
  expect(long).not.toBe(keyFor(['agent', 'context.team'], agent, { team: 'x'.repeat(60_001) }));
});
