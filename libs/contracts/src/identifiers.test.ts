import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Identifier, utf8Bytes } from './identifiers.ts';

const fits = (value: unknown): boolean => Identifier.safeParse(value).success;
const bytesOf = (text: string): number => (encodeURIComponent(text).match(/%..|./g) ?? []).length;

describe('an identifier', () => {
  it.each([
    'a',
    'a.b',
    '*',
    '>',
    ' ',
    'two words',
    'github:create_issue',
    'jürgen',
    '東京',
    '\u{1F600}',
    '\n',
    '__proto__',
  ])('may be %j', (id) => {
    expect(fits(id)).toBe(true);
  });

  it.each([
    ['a', 256],
    ['ü', 128],
    ['東', 85],
    ['\u{1F600}', 64],
  ])('of %s only has at most %i of it: bytes count, not characters', (character, most) => {
    expect(fits(character.repeat(most))).toBe(true);
    expect(fits(character.repeat(most + 1))).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['U+0000', 'a\u0000b'],
    ['an unpaired surrogate, which has no UTF-8', 'a\ud800'],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['a list', ['a']],
  ])('is never %s', (_what, value) => {
    expect(fits(value)).toBe(false);
  });

  it('is measured as UTF-8 does it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Bytes(text) === bytesOf(text)));
  });
});
