import { describe, expect, test } from 'vitest';
import { access, codesOf, guardrail, judge, request, setOf } from '../testing/judge.ts';

const OPEN = guardrail({ tools: {} });
const RULES = {
  analyst: { labels: ['public', 'internal'] },
  auditor: { input_labels: ['public', 'internal', 'confidential'], output_labels: ['public'] },
  anybody: {},
  nobody: { labels: [] },
};

const effect = (id: string, labels?: unknown): string =>
  judge(
    setOf([OPEN, access(RULES)]),
    request('tool.invoke', 't', {
      subject: { id },
      ...(labels === undefined ? {} : { properties: { labels } }),
    }),
  ).effect;

describe('labels', () => {
  test.each([
    ['analyst', 'internal', 'allow'],
    ['analyst', 'confidential', 'deny'],
    ['analyst', ['public', 'internal'], 'allow'],
    ['analyst', ['public', 'confidential'], 'deny'],
    ['analyst', { input: 'internal', output: 'public' }, 'allow'],
    ['analyst', { input: 'confidential', output: 'public' }, 'deny'],
    ['analyst', { input: 'public', output: ['public', 'confidential'] }, 'deny'],
    ['analyst', { topic: 'confidential' }, 'deny'],
    ['analyst', undefined, 'allow'],
    ['analyst', [], 'allow'],
    ['stranger', 'confidential', 'allow'],
    ['anybody', 'confidential', 'allow'],
    ['nobody', 'public', 'deny'],
    ['nobody', undefined, 'allow'],
  ])('LO-09 %s with the labels %j gives %s', (id, labels, expected) => {
    expect(effect(id, labels)).toBe(expected);
  });

  test.each([
    [{ input: 'confidential', output: 'public' }, 'allow'],
    [{ input: 'confidential', output: 'internal' }, 'deny'],
    [{ input: 'secret', output: 'public' }, 'deny'],
    [{ input: 'internal' }, 'allow'],
    ['public', 'allow'],
    ['internal', 'deny'],
    [{ topic: 'internal' }, 'deny'],
  ])('LO-10 one who may read more than emit, with the labels %j, gets %s', (labels, expected) => {
    expect(effect('auditor', labels)).toBe(expected);
  });

  test('LO-10 labels have no order: a higher-sounding one does not include a lower one', () => {
    const set = setOf([OPEN, access({ analyst: { labels: ['confidential'] } })]);
    const asked = request('tool.invoke', 't', { properties: { labels: 'public' } });
    expect(judge(set, asked).effect).toBe('deny');
  });

  test.each([7, null, true, { input: 7 }, { input: null }, [['public']], ['public', 7], { input: {} }])(
    'LO-09 the malformed labels %j deny',
    (labels) => {
      expect(effect('analyst', labels)).toBe('deny');
      expect(effect('anybody', labels)).toBe('deny');
    },
  );

  test('LO-09 the reason names principal, label and list', () => {
    const asked = request('tool.invoke', 't', { properties: { labels: 'confidential' } });
    expect(judge(setOf([OPEN, access(RULES)]), asked).reasons[0]).toEqual({
      policy_id: 'access.test',
      revision: 1,
      rule: 'analyst',
      code: 'access.label',
      effect: 'deny',
      message: 'analyst may not handle the label confidential: it is not in labels.',
    });
  });

  test('access never speaks by itself', () => {
    const asked = request('tool.invoke', 't', { properties: { labels: 'public' } });
    expect(codesOf(judge(setOf([access(RULES)]), asked))).toEqual(['UNGOVERNED']);
  });

  test('access restricts every action, and in an open workspace too', () => {
    const asked = request('anything.else', 'x', { properties: { labels: 'confidential' } });
    expect(judge(setOf([access(RULES)], 'allow'), asked)).toMatchObject({ effect: 'deny', governed: false });
  });

  test('repair: a principal named like something of a prototype is a principal like any other', () => {
    const set = setOf([OPEN, access({ constructor: { labels: ['public'] } })]);
    const asked = (id: string) =>
      request('tool.invoke', 't', { subject: { id }, properties: { labels: 'internal' } });
    expect(judge(set, asked('constructor')).effect).toBe('deny');
    expect(judge(set, asked('toString')).effect).toBe('allow');
    expect(judge(set, asked('__proto__')).effect).toBe('allow');
  });
});
