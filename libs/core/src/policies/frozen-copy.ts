import { BOUNDS, badRequest, excerpt, type Parsed, pointerExcerpt } from '@edict/contracts';

/**
 * Copies a JSON value and freezes the copy at every level, so that nobody who holds the original or the copy
 * can change what was recorded. Anything that is not plain JSON is refused with a pointer.
 */
export const frozenCopy = (value: unknown): Parsed<unknown> => {
  try {
    return { ok: true, value: copy(value, []) };
  } catch (error) {
    if (error instanceof NotJson) return badRequest(error.path, error.message);
    throw error;
  }
};

/** Unwinds the recursion; never leaves this module. */
class NotJson extends Error {
  readonly path: string;
  constructor(path: readonly PropertyKey[], message: string) {
    super(message);
    this.path = pointerExcerpt(path);
  }
}

const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(path, `${value} is not a number that JSON knows`);
      // JSON text has no negative zero: what is live must equal what is read back.
      return value === 0 ? 0 : value;
    case 'string':
      if (!value.isWellFormed()) throw new NotJson(path, 'a string has an unpaired surrogate');
      return value;
    case 'object':
      return value === null ? null : copyInside(value, path);
    default:
      throw new NotJson(path, `${excerpt(String(value))} is a ${typeof value}, which JSON does not know`);
  }
};

const copyInside = (value: object, path: readonly PropertyKey[]): unknown => {
  if (path.length >= BOUNDS.depth) throw new NotJson(path, `nested deeper than ${BOUNDS.depth} levels`);
  if (Array.isArray(value)) return Object.freeze(value.map((item, i) => copy(item, [...path, i])));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJson(path, 'an object of a class is not plain JSON');
  }
  const copied: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new NotJson([...path, key], `the key ${key} is not allowed`);
    }
    if (inner !== undefined) copied[key] = copy(inner, [...path, key]);
  }
  return Object.freeze(copied);
};
