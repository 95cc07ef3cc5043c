import * as z from 'zod';

/** One of these words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });
/** What a wrong type is told; unknown fields have a message of their own. */
export const object = (fields: string) => ({
  error: ({ code }: { readonly code?: string }) =>
    code === 'invalid_type' ? `must be an object with ${fields}` : undefined,
});

export const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });

const timeError = { error: 'must be an ISO 8601 time such as 2026-11-21T09:00:00Z' };
export const Time = z.iso.datetime({ offset: true, ...timeError });

/** For schemas: the field must be there. */
export const needs = (field: string) => ({ type: 'object', properties: { [field]: {} }, required: [field] });
