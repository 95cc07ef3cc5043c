import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareBytes } from './byte-order.ts';

/** Upper-case hex of the UTF-8 form, whose order is the order of the bytes. */
const hex = (text: string): string =>
  encodeURIComponent(text).replace(
    /%([0-9A-F]{2})|./g,
    (char, byte?: string) => byte ?? char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'),
  );

it('macp 2.2 orders texts as their UTF-8 bytes do, beyond the basic plane too', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(hex(a) < hex(b) ? -1 : Number(hex(a) > hex(b)));
    }),
  );
  expect(['\u{1f600}', '\uffee', 'b', 'B'].sort(compareBytes)).toEqual(['B', 'b', '\uffee', '\u{1f600}']);
});
