import { describe, expect, test } from 'vitest';
import { viewRequest } from '../request-view.ts';
import { request } from '../testing/judge.ts';
import { compileCondition } from './compile-condition.ts';

/** What becomes of a condition over a context. */
const result = (text: string, context: Record<string, unknown>): string => {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(compiled.message);
  const asked = { ...request('tool.invoke', 'ledger.transfer'), context };
  return compiled.condition(viewRequest({ request: asked, ws: 'default', at: 0, claimsTrusted: true }, 'x'));
};

const times = (count: number, text: string, operator = '&&'): string =>
  Array.from({ length: count }, () => text).join(` ${operator} `);
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const prompt = (characters: number): string => 'a word '.repeat(characters / 7);
const wide = (keys: number): object => Object.fromEntries(ones(keys).map((_, index) => [`k${index}`, 1]));

describe('the steps of a condition', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['every element of a long list is compared', 'context.l.all(x, x == 1.0)', { l: ones(5000) }],
    ['a few walks over a list', times(8, 'context.l.all(x, x > 0)'), { l: ones(900) }],
    ['a long list is only counted', 'context.l.size() > 1000', { l: ones(32_000) }],
    ['every scope is looked up', 'context.s.all(x, x in context.l)', { s: ones(60), l: ones(300) }],
    ['a whole request is searched', "!context.s.contains('rm -rf')", { s: prompt(63_000) }],
    ['a prompt is searched for many words', times(8, "!context.s.contains('secret')"), { s: prompt(14_000) }],
    [
      'elements without the field',
      "context.l.exists(x, x.kind == 'b')",
      { l: [...ones(20).map(() => ({})), { kind: 'b' }] },
    ],
    ['all of a request is compared', 'context.a == context.b', { a: ones(16_000), b: ones(16_000) }],
    ['a name is looked up in a map', "'k7' in context.m", { m: wide(1000) }],
    ['a duration is read', "duration(context.d) < duration('2h')", { d: '1h30m12.5s' }],
  ])('are enough when %s', (_, text, context) => {
    expect(result(text, context).replace('error', 'too many steps')).toBe('holds');
  });

  const word = `${'a'.repeat(60)}b`;
  const long = 'a'.repeat(60_000);
  test.each<[string, string, Record<string, unknown>]>([
    ['it walks again and again', times(20, 'context.l.all(x, x == 1.0)'), { l: ones(900) }],
    ['it searches again and again', times(20, `!context.s.contains('${word}')`), { s: long }],
    [
      'it seeks one long text in another',
      '!context.s.contains(context.n)',
      { s: long, n: long.slice(30_000) },
    ],
    ['a macro searches a text', "context.l.all(x, !context.s.contains('b'))", { l: ones(1000), s: long }],
    ['a macro walks a list', 'context.l.all(x, !(x + 1.0 in context.l))', { l: ones(900) }],
    ['a macro makes lists', `context.l.map(x, [${times(200, 'x', ',')}]).size() > 0`, { l: ones(1000) }],
    ['a macro makes errors', "context.l.exists(x, x.kind == 'b')", { l: [...ones(1000), { kind: 'b' }] }],
    ['errors outweigh one another', `${times(150, 'context.x', '||')} || true`, {}],
    ['a text grows', `[context.s].map(x, ${times(30, 'x', '+')}).size() > 0`, { s: long }],
    ['a list grows', `[context.l].map(x, ${times(30, 'x', '+')}).size() > 0`, { l: ones(5000) }],
    ['a wide map is read', times(20, 'context.m.size() > 0'), { m: wide(3000) }],
    ['a duration is long', "duration(context.d) > duration('1s')", { d: '1'.repeat(500) }],
    [
      'another part outweighs it',
      "context.l.all(x, !context.s.contains('b')) || true",
      { l: ones(1000), s: long },
    ],
  ])('are too few, which is an error, when %s', (_, text, context) => {
    expect(result(text, context)).toBe('error');
  });

  test('end an evaluation: nothing is read any more, whatever would outweigh the error', () => {
    let reads = 0;
    const element = {
      get n() {
        reads += 1;
        return 1;
      },
    };
    const l = ones(1000).map(() => element);
    const searches = times(25, "context.s.contains('b')", '||');
    const context = { l, s: 'a'.repeat(30_000) };
    const text = `context.l.exists(x, x.n == 2 || ${searches})`;
    expect(result(`${text} || ${text}`, context)).toBe('error');
    // A walk is charged for the elements it is given, which reads each of them once.
    expect(reads).toBeLessThan(2 * l.length);
  });

  test('are counted anew for every evaluation', () => {
    const text = times(8, 'context.l.all(x, x > 0)');
    const answers = ones(5).map(() => result(text, { l: ones(900) }));
    expect(new Set(answers)).toEqual(new Set(['holds']));
  });
});
