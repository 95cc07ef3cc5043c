import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from './canonical-text.ts';

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('0', '10', '9', 'a', 'b', '__proto__', 'toJSON', ''),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0, 1n, Number.NaN, new Date(0), () => 1),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 5 }),
    fc.array(fc.tuple(key, tie('any')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any;

const outcome = (write: () => string | undefined): string => {
  try {
    return write() ?? 'null';
  } catch {
    return 'refused';
  }
};

describe('the canonical text of a value', () => {
  it('is the one that the library for RFC 8785 writes, whatever the value', () => {
    fc.assert(
      fc.property(value, (any) => {
        expect(outcome(() => canonicalText(any))).toBe(outcome(() => canonicalize(any)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [
      'keys by their UTF-16 units',
      { '\ud83d\ude00': 1, '\ufb33': 2, b: 3, B: 4 },
      '{"B":4,"b":3,"\ud83d\ude00":1,"\ufb33":2}',
    ],
    ['keys that are numbers as texts', { 10: 'a', 9: 'b' }, '{"10":"a","9":"b"}'],
    ['nothing for what is undefined', { a: undefined, b: [] }, '{"b":[]}'],
  ])('has %s', (_what, any, text) => {
    expect(canonicalText(any)).toBe(text);
  });
});
