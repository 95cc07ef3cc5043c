import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from './json.ts';
import { withPlainKeys } from './plain-keys.ts';

const key = fc
  .string({ unit: 'grapheme', maxLength: 6 })
  .filter((text) => !/["\\\p{Cc}]/u.test(text) && !['__proto__'].includes(text));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('"', '\\', '\\"', ':', '":', '{"\\u0061":1}'),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;

const escaped = (text: string): string =>
  `"${[...text].map((char) => [...char].map(unitsOf).join('')).join('')}"`;
const unitsOf = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

/** JSON with every key in escapes, and blanks where they are allowed. */
const write = (json: unknown): string => {
  if (Array.isArray(json)) return `[${json.map(write).join(' , ')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  return `{${Object.entries(json).map(([name, each]) => `${escaped(name)} \n:${write(each)}`)}}`;
};

describe('a text with escaped keys', () => {
  it('means what it says', () => {
    fc.assert(
      fc.property(value, (json) => {
        expect(parseJsonText(write(json))).toEqual({ ok: true, value: json });
      }),
    );
  });

  it('comes without any escape in a key, and with its values as they were written', () => {
    expect(withPlainKeys(String.raw`{"gr\u00f6\u00dfe" : "\u00e4", "\/": ["\"a\"", {"b\u0063":1}]}`)).toEqual(
      {
        ok: true,
        text: String.raw`{"größe" : "\u00e4", "/": ["\"a\"", {"bc":1}]}`,
      },
    );
  });

  it.each([
    String.raw`{"a\"":1}`,
    String.raw`{"\\":1}`,
    String.raw`[{"x":{"\n" :1}}]`,
    String.raw`{"\u0000":1}`,
  ])('is refused before it is parsed when a key cannot do without one: %s', (text) => {
    const parsed = parseJsonText(text);
    expect(parsed.ok ? undefined : parsed.rejection).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/^the key .* is not allowed: a key has no quote/),
    });
  });

  it('is not taken for what was read before, whatever that was', () => {
    for (const before of [String.raw`{"limit":[],"\\u0061mount":0}`, String.raw`{"limit":[],"\\":0}`]) {
      parseJsonText(before);
    }
    expect(parseJsonText(String.raw`{"limit":1,"\u0061mount":2}`)).toEqual({
      ok: true,
      value: { limit: 1, amount: 2 },
    });
  });

  it.each([String.raw`{"a\q":1}`, String.raw`{"a\":1}`, '"\\', String.raw`{"\u12":1}`])(
    'that is no JSON stays none: %s',
    (text) => {
      const parsed = parseJsonText(text);
      expect(parsed.ok ? '' : parsed.rejection.message).toContain('not JSON');
    },
  );
});
