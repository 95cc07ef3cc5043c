import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capabilityDialect } from './capability-dialect.ts';

const matches = (pattern: string, value: string): boolean => {
  const index = capabilityDialect.createIndex<string>();
  index.add(pattern, pattern);
  const found: string[] = [];
  index.collect(value, found);
  return found.length > 0;
};

const naive = (pattern: readonly string[], value: readonly string[]): boolean => {
  const [first, ...rest] = pattern;
  if (first === undefined) return value.length === 0;
  if (value.length === 0) return false;
  if (first === '*' && rest.length === 0) return true;
  return (first === '*' || first === value[0]) && naive(rest, value.slice(1));
};

describe('capabilities', () => {
  test.each([
    ['github:create_issue', 'github:create_issue', true],
    ['github:create_issue', 'github:create_issues', false],
    ['github:*', 'github:create_issue', true],
    ['github:*', 'github:repo:delete', true],
    ['github:*', 'github', false],
    ['*:delete', 'github:delete', true],
    ['*:delete', 'github:repo:delete', false],
    ['github:*:delete', 'github:repo:delete', true],
    ['github:*:delete', 'github:delete', false],
    ['*', 'github', true],
    ['*', 'github:repo:delete', true],
  ])('SK-20 the capability pattern %s on %s gives %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  test.each(['github:create_*', 'github::x', ':x', 'x:', '**'])(
    'N14 the pattern %s is refused',
    (pattern) => {
      expect(capabilityDialect.flaw(pattern)).toBeDefined();
    },
  );

  test('N14 the index agrees with a naive matcher on every set of patterns', () => {
    const path = (...words: string[]) =>
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(
        fc.array(path('a', 'b', '*'), { maxLength: 12 }),
        path('a', 'b', 'c'),
        (patterns, value) => {
          const index = capabilityDialect.createIndex<number>();
          for (const [place, each] of patterns.entries()) index.add(each, place);
          const found: number[] = [];
          index.collect(value, found);
          const expected = [...patterns.keys()].filter((place) =>
            naive((patterns[place] ?? '').split(':'), value.split(':')),
          );
          expect(found.sort((a, b) => a - b)).toEqual(expected);
        },
      ),
    );
  });
});
