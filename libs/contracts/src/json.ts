import { BOUNDS } from './bounds.ts';
import type { Rejection } from './codes.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { withPlainKeys } from './plain-keys.ts';

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A parsed text, or the refusal that says what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export const refused = (rejection: Rejection): { readonly ok: false; readonly rejection: Rejection } => ({
  ok: false,
  rejection,
});

export const badRequest = (path: string, message: string) => refused({ code: 'BAD_REQUEST', message, path });

/**
 * Reads JSON from outside: UTF-8, at most `maxBytes`, at most {@link BOUNDS.depth} levels, finite numbers,
 * well-formed strings, and no key that names a prototype or needs an escape.
 */
export const parseJson = (bytes: Uint8Array, maxBytes: number): Parsed<unknown> => {
  if (bytes.byteLength > maxBytes) {
    return badRequest('', `the message has ${bytes.byteLength} bytes; at most ${maxBytes} are allowed`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return badRequest('', 'the message is not UTF-8; send JSON encoded as UTF-8');
  return parseJsonText(text);
};

/** {@link parseJson} of a text that is already decoded. */
export const parseJsonText = (text: string): Parsed<unknown> => {
  const plain = plainJsonText(text);
  if (!plain.ok) return plain;
  let value: unknown;
  try {
    value = JSON.parse(plain.value);
  } catch {
    return badRequest('', `the message is not JSON: ${excerpt(text)}`);
  }
  // An unpaired surrogate comes with an escape, or in a text that was never bytes.
  const surrogates = plain.value.includes('\\') || !plain.value.isWellFormed();
  const flaw = findFlaw(value, 0, surrogates);
  if (flaw === undefined) return { ok: true, value };
  const number = flaw.message === OUT_OF_RANGE ? ` ${excerpt(infiniteIn(plain.value))}` : '';
  return badRequest(pointerExcerpt(flaw.path), `${flaw.message}${number}`);
};

/** A JSON text that says the same and that V8 reads the same each time, to be kept: see {@link withPlainKeys}. */
export const plainJsonText = (text: string): Parsed<string> => {
  const plain = withPlainKeys(text);
  if (plain.ok) return { ok: true, value: plain.text };
  return badRequest(
    '',
    `the key ${excerpt(plain.key)} is not allowed: a key has no quote, no backslash and no control character in it`,
  );
};

const OUT_OF_RANGE = 'a number is out of range:';
const STRING_OR_NUMBER = /"(?:[^"\\]+|\\.)*"|-?\d[-+.\deE]*/g;

/** How the first number of a JSON text is written that no number can hold. */
const infiniteIn = (text: string): string => {
  for (const [token] of text.matchAll(STRING_OR_NUMBER)) {
    if (!token.startsWith('"') && !Number.isFinite(Number(token))) return token;
  }
  return '';
};

interface Flaw {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const findFlaw = (value: unknown, depth: number, surrogates: boolean): Flaw | undefined => {
  switch (typeof value) {
    case 'string':
      return !surrogates || value.isWellFormed()
        ? undefined
        : { path: [], message: 'a string has an unpaired surrogate' };
    case 'number':
      return Number.isFinite(value) ? undefined : { path: [], message: OUT_OF_RANGE };
    case 'object':
      return value === null ? undefined : findFlawInside(value, depth + 1, surrogates);
    default:
      return undefined;
  }
};

const findFlawInside = (value: object, depth: number, surrogates: boolean): Flaw | undefined => {
  if (depth > BOUNDS.depth) return { path: [], message: `nested deeper than ${BOUNDS.depth} levels` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = findFlaw(value[i], depth, surrogates);
      if (flaw !== undefined) return { ...flaw, path: [i, ...flaw.path] };
    }
    return undefined;
  }
  for (const key in value) {
    if (FORBIDDEN_KEYS.has(key)) return { path: [key], message: `the key ${key} is not allowed` };
    if (surrogates && !key.isWellFormed()) return { path: [], message: 'a key has an unpaired surrogate' };
    const flaw = findFlaw((value as Record<string, unknown>)[key], depth, surrogates);
    if (flaw !== undefined) return { ...flaw, path: [key, ...flaw.path] };
  }
  return undefined;
};

/** A JSON pointer (RFC 6901) of a path. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const MOST_OF_KEY = 128;
const MOST_OF_POINTER = 512;

/** A pointer as it may stand in an error: {@link pointer}, with what is too long to be read cut. */
export const pointerExcerpt = (path: readonly PropertyKey[]): string => {
  const parts = path.map((part) => (typeof part === 'string' ? shortened(part, MOST_OF_KEY) : part));
  return shortened(pointer(parts), MOST_OF_POINTER);
};

/** A text that is not longer than that many UTF-16 units, and well-formed wherever it is cut. */
export const shortened = (text: string, most: number): string =>
  (text.length > most ? `${text.slice(0, most - 3)}…` : text).toWellFormed();

/** A value as it may stand in an error message: short, never the whole of it, and well-formed wherever it is cut. */
export const excerpt = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return shortened(text, 60);
};
