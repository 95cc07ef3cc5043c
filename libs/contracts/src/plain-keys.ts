/** A text, or the key as it is written that no text may have. */
export type PlainKeys =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly key: string };

/**
 * A JSON text that says the same with no escape in any key. V8 may read an escaped key as another one that it has read
 * before (https://github.com/nodejs/node/issues/63785), so that one text has two meanings, and a verdict two replays.
 * A key that cannot be written without an escape is refused before anything is parsed: it is what such a key is taken for.
 */
export const withPlainKeys = (text: string): PlainKeys => {
  if (!text.includes('\\')) return { ok: true, text };
  let plain = '';
  let done = 0;
  for (let open = text.indexOf('"'); open !== -1; ) {
    const close = closeOf(text, open + 1);
    if (close === -1) break;
    const token = text.slice(open, close + 1);
    if (token.includes('\\') && isFollowedByColon(text, close + 1)) {
      const written = writtenOut(token);
      if (written === undefined) return { ok: false, key: token };
      plain += text.slice(done, open) + written;
      done = close + 1;
    }
    open = text.indexOf('"', close + 1);
  }
  return { ok: true, text: plain + text.slice(done) };
};

/** Where the string ends that begins before a place; -1 when it does not. */
const closeOf = (text: string, from: number): number => {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let behind = quote;
    while (behind > from && text[behind - 1] === '\\') behind -= 1;
    if ((quote - behind) % 2 === 0) return quote;
  }
  return -1;
};

const isFollowedByColon = (text: string, from: number): boolean => {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
};

/** The same string without an escape; as it is when it is none, or not well-formed: parsing says so; `undefined` when it needs one. */
const writtenOut = (token: string): string | undefined => {
  let key: string;
  try {
    key = JSON.parse(token);
  } catch {
    return token;
  }
  if (!key.isWellFormed()) return token;
  const written = JSON.stringify(key);
  return written.includes('\\') ? undefined : written;
};
