import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, parseJson, parseJsonText, pointer } from './json.ts';
import { withPlainKeys } from './plain-keys.ts';

const utf8 = (text: string): Uint8Array =>
  Uint8Array.from(encodeURIComponent(text).match(/%..|./g) ?? [], (char) =>
    char.length === 3 ? Number.parseInt(char.slice(1), 16) : char.charCodeAt(0),
  );
const refusal = (text: string): readonly [string | undefined, string] | undefined => {
  const parsed = parseJsonText(text);
  if (parsed.ok) return undefined;
  expect(parsed.rejection.code).toBe('BAD_REQUEST');
  return [parsed.rejection.path, parsed.rejection.message];
};
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const UNFIT_KEYS = ['__proto__', 'constructor', 'prototype'];

describe('JSON from outside', () => {
  it('comes as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(text.isWellFormed() && !UNFIT_KEYS.some((key) => text.includes(key)));
        fc.pre(withPlainKeys(text).ok);
        expect(parseJson(utf8(text), 1e6)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('that is too large is refused before it is read, with its size and the bound', () => {
    const parsed = parseJson(new Uint8Array(11), 10);
    expect(parsed).toMatchObject({ ok: false, rejection: { code: 'BAD_REQUEST', path: '' } });
    expect(parsed.ok ? '' : parsed.rejection.message).toMatch(/11 bytes.*10/);
    expect(parseJson(utf8('"12345678"'), 10)).toEqual({ ok: true, value: '12345678' });
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['a sequence cut short', [0x22, 0xc3, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x22, 0x00, 0x22, 0x00]],
  ])('that is not UTF-8 is refused: %s', (_what, bytes) => {
    const parsed = parseJson(Uint8Array.from(bytes), 100);
    expect(parsed.ok ? '' : parsed.rejection.message).toContain('not UTF-8');
  });

  it.each(['', ' ', '{', '{"a":}', "{'a':1}", '[1,]', 'NaN', '-Infinity', 'undefined', '1 2', '01', '"\n"'])(
    'that is no JSON is refused: %j',
    (text) => {
      expect(refusal(text)?.[1]).toContain('not JSON');
    },
  );

  it('may have 32 levels and no more', () => {
    expect(refusal(nested(32))).toBeUndefined();
    expect(refusal(nested(33))?.[1]).toContain('deeper than 32 levels');
    expect(refusal(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`)).toBeUndefined();
    expect(refusal(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)?.[0]).toBe('/a'.repeat(32));
  });

  it('nested a hundred thousand times is refused like any other', () => {
    expect(refusal(nested(100_000))?.[1]).toContain('deeper than 32 levels');
  });

  it.each(UNFIT_KEYS)('with the key %s is refused wherever it stands', (key) => {
    expect(refusal(`{"${key}":1}`)?.[0]).toBe(`/${key}`);
    expect(refusal(`{"a":[1,{"b":{"${key}":{}}}]}`)?.[0]).toBe(`/a/1/b/${key}`);
    expect(refusal(`{"a":"${key}"}`)).toBeUndefined();
  });

  it('with an escaped prototype key is refused as well', () => {
    expect(refusal('{"\\u005f_proto__":{}}')?.[0]).toBe('/__proto__');
  });

  it.each(['1e999', '-1e999'])(
    'with %s is refused: no number that became infinite gets through',
    (number) => {
      expect(refusal(`{"context":{"cost":[0,${number}]}}`)).toEqual([
        '/context/cost/1',
        expect.stringContaining('out of range'),
      ]);
      expect(refusal(number)?.[0]).toBe('');
    },
  );

  it('with an unpaired surrogate is refused, in a value and in a key', () => {
    expect(refusal('{"a":{"b":"\\ud800"}}')).toEqual(['/a/b', expect.stringContaining('unpaired surrogate')]);
    expect(refusal('["\\udc00x"]')?.[0]).toBe('/0');
    expect(refusal('{"a":{"\\ud800":1}}')).toEqual(['/a', expect.stringContaining('unpaired surrogate')]);
    expect(refusal('{"\\ud83d\\ude00":"\\ud83d\\ude00"}')).toBeUndefined();
  });

  it('says how a number is written that is out of range', () => {
    expect(refusal('{"a":"9e999 \\" 8e999","cost":-1e400}')).toEqual([
      '/cost',
      'a number is out of range: -1e400',
    ]);
  });

  it('never points to what is wrong with keys that are too long to be read', () => {
    const long = 'x'.repeat(100_000);
    expect(refusal(`{"${long}":{"${long}":1e400}}`)?.[0]?.length).toBeLessThan(520);
    expect(refusal(`{"${long}":{"__proto__":1}}`)?.[0]).toMatch(/^\/x+…\/__proto__$/);
  });

  it('that has keys with / and ~ is pointed into as RFC 6901 has it', () => {
    expect(refusal('{"a/b":{"m~n":[1e999]}}')?.[0]).toBe('/a~1b/m~0n/0');
  });
});

describe('a JSON pointer', () => {
  it.each([
    [[], ''],
    [['a', 0, 'b'], '/a/0/b'],
    [[''], '/'],
    [['a/b', '~', '~1'], '/a~1b/~0/~01'],
  ])('to %j is %j', (path, expected) => {
    expect(pointer(path)).toBe(expected);
  });

  it('is different for different paths', () => {
    const path = fc.array(fc.string({ unit: fc.constantFrom(...'a/~01') }), { maxLength: 4 });
    fc.assert(
      fc.property(
        path,
        path,
        (a, b) => (pointer(a) === pointer(b)) === (JSON.stringify(a) === JSON.stringify(b)),
      ),
    );
  });
});

describe('what an error shows of a value', () => {
  it.each([
    ['text', 'text'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [Number.NaN, 'null'],
    [undefined, 'undefined'],
  ])('of %j is %s', (value, expected) => {
    expect(excerpt(value)).toBe(expected);
  });

  it('is short and well-formed, wherever it is cut', () => {
    const characters = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(characters, (text) => {
        expect(excerpt(text).length).toBeLessThanOrEqual(60);
        expect(excerpt(text).isWellFormed()).toBe(true);
      }),
    );
    expect(excerpt(`${'x'.repeat(56)}\u{1F600}${'x'.repeat(9)}`)).toBe(`${'x'.repeat(56)}\ufffd…`);
  });
});
