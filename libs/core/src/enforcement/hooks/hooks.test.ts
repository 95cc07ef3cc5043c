import { describe, expect, test } from 'vitest';
import { evaluateAfter } from '../evaluate-after.ts';
import { codesOf, hooks, judge, live, request, setOf } from '../testing/judge.ts';

const rule = (id: string, more: object) => ({
  id,
  phase: 'before',
  operation: 'read',
  pattern: 'users/**',
  effect: 'deny',
  ...more,
});
const after = (id: string, more: object) => rule(id, { phase: 'after', effect: 'modify', ...more });
const mask = after('mask', { pattern: 'users/*/email', replace_with: '[REDACTED]' });
const read = (key: string, more: Parameters<typeof request>[2] = {}) => request('data.read', key, more);

const passOn = (documents: Parameters<typeof setOf>[0], key: string, value: unknown, claimsTrusted = true) =>
  evaluateAfter(setOf(documents), { request: read(key), ws: 'default', at: 0, claimsTrusted, value });

describe('before a read', () => {
  test('SO-07 a deny refuses the read and names its rule', () => {
    const { effect, reasons } = judge(setOf([hooks([rule('no', {})])]), read('users/alice'));
    expect(effect).toBe('deny');
    expect(reasons).toMatchObject([{ policy_id: 'hooks.test', rule: 'no', code: 'data.denied' }]);
  });

  test('SO-06 a rule with a condition denies an agent and lets everybody else pass', () => {
    const set = setOf([hooks([rule('no-agents', { when: "subject.type == 'agent'" })])]);
    expect(judge(set, read('users/alice')).effect).toBe('deny');
    const person = judge(set, read('users/alice', { subject: { type: 'user', id: 'bob' } }));
    expect(person.effect).toBe('allow');
    expect(codesOf(person)).toEqual(['CONDITION_NOT_MET']);
  });

  test('SO-03 a log rule obliges and does not restrict', () => {
    const { effect, obligations, reasons } = judge(
      setOf([hooks([rule('note', { effect: 'log' })])]),
      read('users/alice'),
    );
    expect(effect).toBe('allow');
    expect(obligations).toEqual([{ type: 'log', rule: 'note', policy_id: 'hooks.test' }]);
    expect(reasons).toMatchObject([{ code: 'data.logged', effect: 'log' }]);
  });

  test('an allow rule speaks only while its condition holds', () => {
    const set = setOf([hooks([rule('staff', { effect: 'allow', when: "subject.id == 'bob'" })])]);
    expect(judge(set, read('users/a', { subject: { id: 'bob' } })).effect).toBe('allow');
    expect(codesOf(judge(set, read('users/a')))).toEqual(['UNGOVERNED']);
  });

  test('an allow rule whose condition cannot be evaluated allows nothing', () => {
    const set = setOf([hooks([rule('staff', { effect: 'allow', when: 'context.clearance > 3' })])]);
    const judged = judge(set, read('users/a'));
    expect(judged.effect).toBe('deny');
    expect(judged.governed).toBe(false);
    expect(judged.warnings).toMatchObject([{ code: 'CONDITION_ERROR', effect: 'allow' }]);
  });

  test('a claim of an agent that speaks for itself neither opens nor lifts a rule', () => {
    const admin = "subject.properties.role == 'admin'";
    const claims = { subject: { properties: { role: 'admin' } } };
    const opening = setOf([hooks([rule('admins', { effect: 'allow', when: admin })])]);
    expect(judge(opening, read('users/a', claims), true).effect).toBe('allow');
    expect(judge(opening, read('users/a', claims), false).effect).toBe('deny');
    const lifting = setOf([hooks([rule('others', { when: `!(${admin})` })])]);
    expect(judge(lifting, read('users/a', claims), true).effect).toBe('allow');
    expect(judge(lifting, read('users/a', claims), false).effect).toBe('deny');
  });

  test('keys that no rule matches, and other operations, are ungoverned', () => {
    const set = setOf([hooks([rule('no', {})])]);
    expect(codesOf(judge(set, read('orders/1')))).toEqual(['UNGOVERNED']);
    expect(codesOf(judge(set, request('data.write', 'users/alice')))).toEqual(['UNGOVERNED']);
  });
});

describe('after a read', () => {
  test('SO-07 a modify replaces the value, and the verdict announces it', () => {
    expect(judge(setOf([hooks([mask])]), read('users/alice/email'))).toMatchObject({
      effect: 'allow',
      governed: true,
      reasons: [{ code: 'data.redacted', effect: 'modify' }],
      obligations: [{ type: 'modify', phase: 'after', rule: 'mask', replace_with: '[REDACTED]' }],
    });
    expect(passOn([hooks([mask])], 'users/alice/email', 'alice@example.org')).toMatchObject({
      effect: 'modify',
      value: '[REDACTED]',
      edits: [{ policy_id: 'hooks.test', rule: 'mask', path: '' }],
    });
  });

  test('SO-07 a value that no rule touches passes as it is', () => {
    const value = { name: 'Alice' };
    const passed = passOn([hooks([mask])], 'users/alice/name', value);
    expect(passed).toMatchObject({ effect: 'allow', edits: [], reasons: [] });
    expect(passed.value).toBe(value);
  });

  test('SO-07 a deny withholds the value, and the verdict announces it', () => {
    const withhold = after('secret', { effect: 'deny' });
    const judged = judge(setOf([hooks([withhold])]), read('users/alice'));
    expect(judged.effect).toBe('allow');
    expect(judged.obligations).toEqual([
      { type: 'withhold', phase: 'after', rule: 'secret', policy_id: 'hooks.test' },
    ]);
    const passed = passOn([hooks([withhold])], 'users/alice', 'x');
    expect(passed.effect).toBe('deny');
    expect('value' in passed).toBe(false);
  });

  test('a value that is withheld is not announced as replaced as well', () => {
    const rules = [mask, after('secret', { effect: 'deny' }), after('note', { effect: 'log' })];
    const { obligations } = judge(setOf([hooks(rules)]), read('users/alice/email'));
    expect(obligations.map(({ type }) => type)).toEqual(['withhold', 'log']);
  });

  test('SO-09 repair: a modify that comes first does not keep a deny from being asked', () => {
    const both = [mask, after('secret', { effect: 'deny' })];
    for (const rules of [both, both.toReversed()]) {
      expect(passOn([hooks(rules)], 'users/alice/email', 'x').effect).toBe('deny');
    }
    const before = [mask, rule('no', {})];
    expect(judge(setOf([hooks(before)]), read('users/alice/email')).effect).toBe('deny');
  });

  test('of several replacements the first by policy id and rule takes effect, and all are reported', () => {
    const other = after('other', { pattern: 'users/**', replace_with: null });
    const documents = [hooks([other], 'b'), hooks([mask, other], 'a')];
    for (const order of [documents, documents.toReversed()]) {
      const passed = passOn(order, 'users/alice/email', 'x');
      expect(passed).toMatchObject({ value: '[REDACTED]', edits: [{ policy_id: 'a', rule: 'mask' }] });
      expect(passed.reasons.map(({ policy_id, rule }) => `${policy_id} ${rule}`)).toEqual([
        'a mask',
        'a other',
        'b other',
      ]);
      const { obligations } = judge(setOf(order), read('users/alice/email'));
      expect(obligations).toMatchObject([{ type: 'modify', policy_id: 'a', rule: 'mask' }]);
    }
  });

  test('SO-18 redaction can depend on a flag; a flag that is missing redacts', () => {
    const flagged = { ...mask, when: 'context.redact_pii' };
    const set = setOf([hooks([flagged])]);
    const asked = (context?: Record<string, unknown>) => ({
      request: read('users/alice/email', context === undefined ? {} : { context }),
      ws: 'default',
      at: 0,
      claimsTrusted: true,
      value: 'x',
    });
    expect(evaluateAfter(set, asked({ redact_pii: true })).value).toBe('[REDACTED]');
    expect(evaluateAfter(set, asked({ redact_pii: false })).value).toBe('x');
    expect(evaluateAfter(set, asked()).value).toBe('[REDACTED]');
    expect(evaluateAfter(set, asked({ redact_pii: 'no' })).value).toBe('[REDACTED]');
  });

  test('SO-03 a log rule obliges after a read as well', () => {
    const noted = hooks([after('note', { effect: 'log' })]);
    expect(passOn([noted], 'users/a', 'x')).toMatchObject({
      effect: 'allow',
      value: 'x',
      reasons: [{ code: 'data.logged' }],
    });
  });

  test('a rule that is only tried out changes no value', () => {
    const passed = passOn([live(hooks([mask]), 'warn')], 'users/alice/email', 'x');
    expect(passed).toMatchObject({ effect: 'allow', value: 'x', reasons: [] });
    expect(passed.warnings).toMatchObject([{ code: 'data.redacted', enforcement: 'warn' }]);
  });
});
