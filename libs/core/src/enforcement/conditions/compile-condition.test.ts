import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EvaluationInput, viewRequest } from '../request-view.ts';
import { request } from '../testing/judge.ts';
import { compileCondition } from './compile-condition.ts';
import { CONDITION_BOUNDS } from './environment.ts';

const asked = request('tool.invoke', 'ledger.transfer', {
  context: { amount: 1500, n: 5, flag: true, text: 'abc', list: [1, 2, 3], nothing: null },
  subject: { properties: { roles: ['support'] } },
});

const result = (text: string, more: Partial<EvaluationInput> = {}): string => {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(compiled.message);
  const input = { request: asked, ws: 'default', at: 3_600_000, claimsTrusted: true, ...more };
  return compiled.condition(viewRequest(input, asked.resource.id));
};

const refusal = (text: string) => {
  const compiled = compileCondition(text);
  return compiled.ok ? undefined : { code: compiled.code, message: compiled.message };
};

describe('conditions', () => {
  test.each([
    ['context.amount > 1000', 'holds'],
    ['context.amount > 2000', 'fails'],
    ["subject.type == 'agent' && subject.id == 'analyst'", 'holds'],
    ["'support' in subject.properties.roles", 'holds'],
    ["action.name == 'tool.invoke' && resource.id.startsWith('ledger.')", 'holds'],
    ['context.flag', 'holds'],
    ['has(context.missing)', 'fails'],
    ['has(resource.properties.labels)', 'fails'],
    ['context.list.exists(x, x == 2)', 'holds'],
    ['context.list.all(x, x > 1)', 'fails'],
    ["now == timestamp('1970-01-01T01:00:00Z')", 'holds'],
    ['now.getHours() == 1', 'holds'],
  ])('%s %s', (text, expected) => {
    expect(result(text)).toBe(expected);
  });

  test('numbers of a request mix with whole numbers of an expression in every operation', () => {
    expect(result('context.n + 1 == 6 && 1 + context.n == 6')).toBe('holds');
    expect(result('context.n - 1 == 4 && 9 - context.n == 4')).toBe('holds');
    expect(result('context.n * 2 == 10 && 2 * context.n == 10')).toBe('holds');
    expect(result('context.n / 2 == 2.5 && 10 / context.n == 2')).toBe('holds');
    expect(result('size(context.list) + 2 == context.n && context.n == size(context.list) + 2')).toBe(
      'holds',
    );
  });

  test('comparisons give the same answer whether a side is an int or a double', () => {
    const operators: Record<string, (a: number, b: number) => boolean> = {
      '==': (a, b) => a === b,
      '!=': (a, b) => a !== b,
      '<': (a, b) => a < b,
      '<=': (a, b) => a <= b,
      '>': (a, b) => a > b,
      '>=': (a, b) => a >= b,
    };
    const small = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(small, small, fc.constantFrom(...Object.keys(operators)), (a, b, operator) => {
        const numbers = { ...asked, context: { a, b } };
        const expected = operators[operator]?.(a, b) === true ? 'holds' : 'fails';
        for (const left of ['context.a', 'int(context.a)', 'context.a + 0', '0 + context.a']) {
          for (const right of ['context.b', 'int(context.b)', '0 + context.b', `(${b})`]) {
            expect(result(`${left} ${operator} ${right}`, { request: numbers })).toBe(expected);
          }
        }
      }),
    );
  });

  test.each([
    ['a missing attribute', 'context.missing > 5'],
    ['a missing parent', 'has(context.missing.child)'],
    ['another type than the operator takes', "context.amount > 'much'"],
    ['a value that is not a boolean', 'context.amount'],
    ['null', 'context.nothing'],
    ['a text where a boolean belongs', 'context.text ? true : false'],
    ['an index out of bounds', 'context.list[7] == 1'],
  ])('%s is an error, neither true nor false', (_, text) => {
    expect(result(text)).toBe('error');
  });

  test('untrusted claims of a subject are missing, even to has()', () => {
    const untrusted = { claimsTrusted: false };
    expect(result("'support' in subject.properties.roles", untrusted)).toBe('error');
    expect(result('has(subject.properties.roles)', untrusted)).toBe('error');
    expect(result("subject.id == 'analyst'", untrusted)).toBe('holds');
  });

  test.each([
    ['context.amount >', 'not CEL'],
    ['missing_variable == 1', 'Unknown variable'],
    ["subject.id.startsWith('a') + 1", 'does not fit'],
    ['1 + 1', 'type int'],
    ["'yes'", 'type string'],
    [`${'true && '.repeat(CONDITION_BOUNDS.length)}true`, 'at most 2048'],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, 'not CEL'],
  ])('N14 %s is refused when it is saved', (text, why) => {
    expect(refusal(text)).toMatchObject({ code: 'POLICY_INVALID' });
    expect(refusal(text)?.message).toContain(why);
  });

  test.each([
    "context.text.matches('(a+)+')",
    "now.getHours('Europe/Berlin') == 9",
    'now.getDayOfYear() == 1',
    "context.text.split(',').size() > 1",
    'cel.bind(x, context.n, x == 5)',
    'context.list.all(x, context.list.all(y, x == y))',
    `${'[[1]]'}${'.map(x, x + x)'.repeat(25)}.map(x, [x + [1]]).size() > 0`,
    "[context.text].map(x, x + x).filter(x, x != '').size() > 0",
    'context.flag ? context.list.map(x, [x])[0].exists(x, x == 1) : (context.list.map(x, x) + [1]).all(x, x > 0)',
  ])('%s cannot be enforced in bounded time or alike on every machine', (text) => {
    expect(refusal(text)?.code).toBe('UNSUPPORTED');
  });

  test('no text makes the check throw, and nothing that it accepts throws when it runs', () => {
    const word = fc.constantFrom(
      ...['context', 'subject', 'now', '.', 'n', 'list', '(', ')', '[', ']', '{', '}', '1', '0', "'a'", '+'],
      ...['-', '/', '%', '==', '<', '!', '&&', '||', '?', ':', ',', ' in ', 'has(', 'size(', 'true', 'null'],
      ...['.all(x, ', '.filter(x, ', 'timestamp(', 'duration(', 'int(', 'x', '.size()', '.trim()', 'b"x"'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (text) => {
        const compiled = compileCondition(text);
        const input = { request: asked, ws: 'default', at: 0, claimsTrusted: true };
        const answer = compiled.ok ? compiled.condition(viewRequest(input, 'x')) : 'fails';
        expect(['holds', 'fails', 'error']).toContain(answer);
      }),
      { numRuns: 2000 },
    );
  });

  test('a time has an offset, so that it means the same on every machine', () => {
    expect(result("now == timestamp('1970-01-01T02:00:00+01:00')")).toBe('holds');
    expect(result('now == timestamp(3600) && now < timestamp(context.amount * 5)')).toBe('holds');
    expect(result("now < timestamp('2026-01-01T00:00:00.000')")).toBe('error');
    expect(result("now < timestamp('January 1, 2026 10:00')")).toBe('error');
    expect(result("now < timestamp('2026-13-01T00:00:00Z')")).toBe('error');
    expect(refusal("strictTimestamp('2026-01-01T00:00:00Z') > now")?.code).toBe('UNSUPPORTED');
  });
});
