import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameDialect } from './name-dialect.ts';

const matches = (pattern: string, value: string): boolean => {
  const index = nameDialect.createIndex<string>();
  index.add(pattern, pattern);
  const found: string[] = [];
  index.collect(value, found);
  return found.length > 0;
};

/** Slow and obvious: every way of spending the star. */
const naive = (pattern: string, value: string): boolean => {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') {
    return naive(pattern.slice(1), value) || (value !== '' && naive(pattern, value.slice(1)));
  }
  return value !== '' && pattern[0] === value[0] && naive(pattern.slice(1), value.slice(1));
};

describe('names of tools, models and subjects', () => {
  test.each([
    ['ledger.delete', 'ledger.delete', true],
    ['ledger.delete', 'Ledger.delete', false],
    ['file_*', 'file_read', true],
    ['file_*', 'file_', true],
    ['file_*', 'profile_read', false],
    ['*.delete', 'ledger.delete', true],
    ['*.delete', 'ledger.delete.all', false],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'ace', true],
    ['a*c*e', 'aec', false],
    ['ab*ba', 'aba', false],
    ['*', 'anything at all', true],
    ['*mid*', 'amidst', true],
  ])('SK-09 the name pattern %s on %s gives %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  test.each(['a+b', 'a.c', '(x)', '[x]', '^a$', 'a|b', 'a\\b', 'a?'])(
    'N14 %s stands for itself: regular-expression signs are literal',
    (pattern) => {
      expect(matches(pattern, pattern)).toBe(true);
      expect(matches(pattern, 'aab')).toBe(false);
      expect(matches(pattern, 'abc')).toBe(false);
    },
  );

  test('N14 the index agrees with a naive matcher on every set of patterns', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 200, size: 'max' }), text, (patterns, value) => {
        const index = nameDialect.createIndex<number>();
        for (const [place, each] of patterns.entries()) index.add(each, place);
        const found: number[] = [];
        index.collect(value, found);
        const expected = [...patterns.keys()].filter((place) => naive(patterns[place] ?? '', value));
        expect(found.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  test('a pattern made to backtrack is answered at once', () => {
    expect(matches(`${'*a'.repeat(300)}*b`, 'a'.repeat(60_000))).toBe(false);
  });
});
