/** Control characters, halves of pairs, and what breaks lines or turns the direction of the text after it. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as a terminal may be given it: one line in which nothing acts, each such character as its escape. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (character) => SHORT[character] ?? escapeOf(character.charCodeAt(0)));

const escapeOf = (code: number): string =>
  code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;

/** A copy in which every text, keys included, is {@link visibleText}. */
export const visible = <T>(value: T): T => copyOf(value) as T;

const copyOf = (value: unknown): unknown => {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visibleText(key), copyOf(inner)]));
};
