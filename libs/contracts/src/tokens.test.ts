import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToken, encodeToken } from './tokens.ts';

const text = fc.string({ unit: 'binary', minLength: 1 });

describe('a token', () => {
  it.each([
    ['default', 'default'],
    ['A-z_09', 'A-z_09'],
    ['guardrail.payments', 'guardrail=2Epayments'],
    ['a b', 'a=20b'],
    ['*', '=2A'],
    ['>', '=3E'],
    ['=', '=3D'],
    ['=2E', '=3D2E'],
    ['%', '=25'],
    ["!'()~", '=21=27=28=29=7E'],
    ['\u0000\n', '=00=0A'],
    ['jürgen', 'j=C3=BCrgen'],
    ['東', '=E6=9D=B1'],
    ['\u{1F600}', '=F0=9F=98=80'],
  ])('of %j is %s: what is not [A-Za-z0-9_-] is =HH, byte by byte of its UTF-8', (plain, token) => {
    expect(encodeToken(plain)).toBe(token);
    expect(decodeToken(token)).toBe(plain);
  });

  it('comes back as the text that it was made from, whatever that was', () => {
    fc.assert(fc.property(text, (plain) => decodeToken(encodeToken(plain)) === plain));
  });

  it('is different for different texts', () => {
    fc.assert(fc.property(text, text, (a, b) => (encodeToken(a) === encodeToken(b)) === (a === b)));
  });

  it('is always one token of a subject and of a KV key', () => {
    fc.assert(fc.property(text, (plain) => /^[A-Za-z0-9_=-]+$/.test(encodeToken(plain))));
  });

  it('is read only when encoding makes exactly it, so that one text has one address', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=23AEaefx.é') }), (token) => {
        const plain = decodeToken(token);
        return plain === undefined || encodeToken(plain) === token;
      }),
    );
  });

  it.each([
    ['an empty token', ''],
    ['a dot', 'a.b'],
    ['a wildcard', '*'],
    ['lower-case hex', 'a=2eb'],
    ['an escape cut short', 'a=2'],
    ['an escape that is no hex', '=G0'],
    ['an escape of what stays plain', '=41'],
    ['bytes that are no UTF-8', '=FF'],
    ['an overlong form', '=C0=AE'],
    ['half of a surrogate pair', '=ED=A0=80'],
    ['a character beyond ASCII', 'ü'],
  ])('that is %s is nobody’s', (_what, token) => {
    expect(decodeToken(token)).toBeUndefined();
  });

  it('cannot be made of nothing, nor of an unpaired surrogate', () => {
    expect(() => encodeToken('')).toThrow(RangeError);
    expect(() => encodeToken('\ud800')).toThrow(URIError);
  });
});
