import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globDialect } from './glob-dialect.ts';

const matches = (pattern: string, value: string): boolean => {
  const index = globDialect.createIndex<string>();
  index.add(pattern, pattern);
  const found: string[] = [];
  index.collect(value, found);
  return found.length > 0;
};

/** Slow and obvious, from the table of dialects: segment by segment, every way of spending a `**`. */
const naive = (pattern: readonly string[], value: readonly string[]): boolean => {
  const [first, ...rest] = pattern;
  if (first === undefined) return value.length === 0;
  if (first === '**' && rest.length === 0) return value.length > 0;
  if (first === '**') return naive(rest, value) || (value.length > 0 && naive(pattern, value.slice(1)));
  const [segment, ...others] = value;
  return segment !== undefined && naiveSegment(first, segment) && naive(rest, others);
};
const naiveSegment = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') {
    return naiveSegment(pattern.slice(1), text) || (text !== '' && naiveSegment(pattern, text.slice(1)));
  }
  const fits = text !== '' && (pattern[0] === '?' || pattern[0] === text[0]);
  return fits && naiveSegment(pattern.slice(1), text.slice(1));
};

describe('data keys', () => {
  test.each([
    ['users/*', 'users/alice', true],
    ['users/*', 'users/alice/email', false],
    ['users/*/email', 'users/alice/email', true],
    ['users/*/email', 'users/alice/work/email', false],
    ['users/**', 'users/alice', true],
    ['users/**', 'users/alice/profile/photo', true],
    ['users/**', 'users', false],
    ['users/**/email', 'users/email', true],
    ['users/**/email', 'users/a/b/c/email', true],
    ['**/email', 'email', true],
    ['**/secret/**', 'a/secret/b', true],
    ['**/secret/**', 'a/secret', false],
    ['**', 'anything', true],
    ['*.json', 'config.json', true],
    ['*.json', 'etc/config.json', false],
    ['logs/2026-??.txt', 'logs/2026-11.txt', true],
    ['logs/2026-??.txt', 'logs/2026-1.txt', false],
    ['name/?', 'name/😀', true],
    ['Users/*', 'users/alice', false],
  ])('SO-10 the key pattern %s on %s gives %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  test('SO-10 ** matches any depth', () => {
    for (let depth = 1; depth < 20; depth++) {
      expect(matches('users/**', `users${'/x'.repeat(depth)}`)).toBe(true);
    }
  });

  test.each(['a+b', '(a', '[a', '^a', 'a$', 'a|b', 'a.c', '\\d'])(
    'SO-10 repair: the regular-expression signs of %s are literal',
    (pattern) => {
      expect(matches(`k/${pattern}`, `k/${pattern}`)).toBe(true);
      expect(matches(`k/${pattern}`, 'k/abc')).toBe(false);
      expect(matches(`k/${pattern}`, 'k/a')).toBe(false);
    },
  );

  test('N14 a ** inside a segment is refused, because it would say one thing and do another', () => {
    expect(globDialect.flaw('users/**x')).toContain('**');
    expect(globDialect.flaw('users/***')).toContain('**');
    expect(globDialect.flaw('users/**/*.json')).toBeUndefined();
  });

  test('N14 the index agrees with a naive matcher on every set of patterns', () => {
    const path = (...words: string[]) =>
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const pattern = path('a', 'b', 'ab', '*', '**', 'a*', '?', '*b', '');
    const key = path('a', 'b', 'ab', 'abb', '');
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 60, size: 'max' }), key, (patterns, value) => {
        const index = globDialect.createIndex<number>();
        for (const [place, each] of patterns.entries()) index.add(each, place);
        const found: number[] = [];
        index.collect(value, found);
        const expected = [...patterns.keys()].filter((place) =>
          naive((patterns[place] ?? '').split('/'), value.split('/')),
        );
        expect(found.sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('patterns made to backtrack are answered at once', () => {
    expect(matches(`${'**/a/'.repeat(60)}b`, Array.from({ length: 2000 }, () => 'a').join('/'))).toBe(false);
    expect(matches(`${'*a'.repeat(40)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
