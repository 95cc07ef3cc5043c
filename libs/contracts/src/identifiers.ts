import * as z from 'zod';
import { BOUNDS } from './bounds.ts';
import { badRequest, excerpt, type Parsed } from './json.ts';

/** UTF-8 length of a well-formed text, without encoding it. */
export const utf8Bytes = (text: string): number => {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && !isSurrogate(unit) ? 2 : 1;
  }
  return bytes;
};

/** A pair of surrogates is two units and four bytes, so each half adds one byte to its unit. */
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** A UTF-16 unit is at most three bytes: shorter texts need no counting. */
const SURELY_SHORT = Math.floor(BOUNDS.idBytes / 3);

/** Whether a text is an {@link Identifier}. */
export const isIdentifier = (text: string): boolean =>
  text.length > 0 &&
  !text.includes('\u0000') &&
  text.isWellFormed() &&
  (text.length <= SURELY_SHORT || (text.length <= BOUNDS.idBytes && utf8Bytes(text) <= BOUNDS.idBytes));

const idError = { error: 'must be a string of 1 to 256 bytes without U+0000' };

/** Checks an {@link Identifier}; the refusal calls it what its sender knows it by. */
export const checkIdentifier = (value: unknown, name: string): Parsed<string> => {
  if (typeof value === 'string' && isIdentifier(value)) return { ok: true, value };
  const found = value === undefined ? 'missing' : value === '' ? 'empty' : excerpt(value);
  return badRequest('', `${name} is ${found}: ${idError.error}`);
};

/** An id from outside: 1 to 256 bytes of UTF-8 without U+0000; dots, stars, spaces and any script are fine. */
export const Identifier = z
  .string({ error: 'must be a string of 1 to 256 bytes' })
  .refine(isIdentifier, idError)
  // What a schema can say in characters; the bound itself counts bytes.
  .meta({
    minLength: 1,
    maxLength: BOUNDS.idBytes,
    pattern: '^[^\\u0000]*$',
    description: 'Text of 1 to 256 bytes of UTF-8, without U+0000',
  });
