import { describe, expect, test } from 'vitest';
import { checkDocument } from '../check-document.ts';

const hook = (more: object) => ({
  policy_id: 'hooks.customers',
  kind: 'hooks',
  schema_version: 1,
  description: 'Who sees what',
  rules: [{ id: 'r', phase: 'before', operation: 'read', pattern: 'users/**', effect: 'deny', ...more }],
});

/** Code and pointer of every problem. */
const problems = (value: unknown): string[] => {
  const checked = checkDocument(value);
  return checked.ok ? [] : checked.problems.map(({ code, path }) => `${code} ${path}`);
};

describe('checking hooks', () => {
  test.each([
    ['replaces nothing', { phase: 'after', effect: 'modify' }, '/rules/0/replace_with'],
    ['replaces without modify', { effect: 'log', replace_with: 1 }, '/rules/0/replace_with'],
    ['modifies before a read', { effect: 'modify', replace_with: 1 }, '/rules/0/effect'],
    ['allows after a read', { phase: 'after', effect: 'allow' }, '/rules/0/effect'],
    ['has an unknown effect', { effect: 'dney' }, '/rules/0/effect'],
    [
      'replaces by too much',
      { phase: 'after', effect: 'modify', replace_with: 'x'.repeat(65_536) },
      '/rules/0/replace_with',
    ],
    ['has a bad pattern', { pattern: 'users/**x' }, '/rules/0/pattern'],
    ['has a bad condition', { when: 'subject.' }, '/rules/0/when'],
  ])('N14 refuses a hook that %s', (_, more, path) => {
    expect(problems(hook(more))).toEqual([`POLICY_INVALID ${path}`]);
  });

  test('refuses two hooks with one id, because reasons could not tell them apart', () => {
    const two = hook({});
    expect(problems({ ...two, rules: [...two.rules, ...two.rules] })).toEqual(['POLICY_INVALID /rules/1/id']);
  });
});
