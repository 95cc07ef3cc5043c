const PLAIN = /^[A-Za-z0-9_-]+$/;
const ENCODED = /^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/;
const NOT_PLAIN = /[^A-Za-z0-9_-]/g;

/**
 * Encodes any non-empty text as one token of a NATS subject or KV key, injectively.
 * `[A-Za-z0-9_-]` stay; every other byte of the UTF-8 form becomes `=HH` in upper-case hex (contract §4).
 * The text must be well-formed: an unpaired surrogate has no UTF-8 form and throws a URIError.
 */
export const encodeToken = (text: string): string => {
  if (PLAIN.test(text)) return text;
  if (text === '') throw new RangeError('a token cannot be empty');
  return encodeURIComponent(text).replace(NOT_PLAIN, (char) =>
    char === '%' ? '=' : `=${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
};

/** Undoes {@link encodeToken}; `undefined` when the text is not what `encodeToken` makes. */
export const decodeToken = (token: string): string | undefined => {
  if (PLAIN.test(token)) return token;
  if (!ENCODED.test(token)) return undefined;
  try {
    const text = decodeURIComponent(token.replaceAll('=', '%'));
    return encodeToken(text) === token ? text : undefined;
  } catch {
    return undefined;
  }
};
