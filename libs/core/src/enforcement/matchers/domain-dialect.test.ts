import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { domainDialect } from './domain-dialect.ts';

const matches = (pattern: string, value: string): boolean => {
  const domain = domainDialect.normalise(value);
  if (domain === undefined) return false;
  const index = domainDialect.createIndex<string>();
  index.add(pattern, pattern);
  const found: string[] = [];
  index.collect(domain, found);
  return found.length > 0;
};

describe('domains', () => {
  test.each([
    ['*', 'anything.example', true],
    ['*.bank.example', 'bank.example', true],
    ['*.bank.example', 'api.bank.example', true],
    ['*.bank.example', 'a.b.c.bank.example', true],
    ['*.bank.example', 'notbank.example', false],
    ['*.bank.example', 'bank.example.evil', false],
    ['bank.example', 'bank.example', true],
    ['bank.example', 'api.bank.example', false],
    ['bank.example', 'BANK.Example', true],
    ['bank.example', 'bank.example.', true],
    ['Bank.Example.', 'bank.example', true],
    ['bank.example', 'bank.example..', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '110.0.0.1', false],
    ['*.example', '10.0.0.1', false],
    ['10.0.0.1', '::ffff:10.0.0.1', true],
    ['10.0.0.1', '[::FFFF:0a00:1]', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['[2001:db8::1]', '2001:0DB8:0::0001', true],
    ['2001:db8::1', '2001:db8::2', false],
  ])('SK-16 the domain pattern %s on %s gives %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  test.each([
    'bank.example:443',
    'https://bank.example',
    'bank.example/path',
    'user@bank.example',
    'bank..example',
    '.bank.example',
    '',
    '.',
    'bánk.example',
    // U+212A, the Kelvin sign, folds to an ASCII k.
    'ban\u212A.example',
    'bank.example ',
    // Spellings that resolvers read as 127.0.0.1.
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '127.0.0.256',
    '1::2::3',
    '::ffff:1.2.3',
    ':::',
    'fe80::1%eth0',
    `${'a'.repeat(64)}.example`,
  ])('SK-16 %s is no domain, so no list can let it through', (value) => {
    expect(domainDialect.normalise(value)).toBeUndefined();
  });

  test.each([
    ['bánk.example', 'ASCII'],
    ['api.*.example', 'star'],
    ['*bank.example', 'star'],
    ['*.10.0.0.1', 'IP address'],
    ['*.*', 'star'],
    ['*.', 'not a domain'],
    ['bank.example:443', 'not a domain'],
    ['https://bank.example', 'not a domain'],
    ['127.1', 'not a domain'],
  ])('N14 the pattern %s is refused: %s', (pattern, why) => {
    expect(domainDialect.flaw(pattern)).toContain(why);
  });

  test('N14 the index agrees with a naive matcher on every set of patterns', () => {
    const domain = fc
      .array(fc.constantFrom('a', 'b', 'xn--c'), { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join('.'));
    const pattern = fc.oneof(
      fc.constant('*'),
      domain,
      domain.map((name) => `*.${name}`),
    );
    const naive = (text: string, value: string): boolean =>
      text === '*' ||
      text === value ||
      (text.startsWith('*.') && (value === text.slice(2) || value.endsWith(text.slice(1))));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 12 }), domain, (patterns, value) => {
        const index = domainDialect.createIndex<number>();
        for (const [place, each] of patterns.entries()) index.add(each, place);
        const found: number[] = [];
        index.collect(value, found);
        const expected = [...patterns.keys()].filter((place) => naive(patterns[place] ?? '', value));
        expect(found.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  test('normalising a domain twice changes nothing', () => {
    const address = fc.oneof(fc.ipV6(), fc.ipV4(), fc.domain());
    fc.assert(
      fc.property(address, (text) => {
        const once = domainDialect.normalise(text);
        expect(once).toBeDefined();
        expect(domainDialect.normalise(once ?? '')).toBe(once);
      }),
    );
  });
});
