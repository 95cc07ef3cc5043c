/** Goes on at a value, with where its key stands if it has one; gives where the value ends. */
export type Step = (bytes: Uint8Array, at: number, key: number, keyEnd: number) => number;

// Not exported: V8 knows their values then, and this is all that happens to most bytes of the feed.
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const WORDS: Readonly<Record<number, Uint8Array>> = {
  116: ascii('true'),
  102: ascii('false'),
  110: ascii('null'),
};
const SPACES = ascii(' \t\n\r');
const ESCAPES = ascii('"\\/bfnrt');
const HEX_DIGITS = ascii('0123456789abcdefABCDEF');

/**
 * Where the JSON value ends that begins at a place in UTF-8 bytes; all of it is checked (RFC 8259).
 * Throws a SyntaxError where it is not JSON, as everything here does.
 */
export const endOfValue = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] as number;
  if (first === QUOTE) return endOfString(bytes, at);
  if (first === OPEN_OBJECT) return endOfObject(bytes, at, endOfValue);
  if (first === OPEN_ARRAY) return endOfArray(bytes, at, endOfValue);
  return first === MINUS || isDigit(first) ? endOfNumber(bytes, at) : endOfWord(bytes, at);
};

export const isObject = (bytes: Uint8Array, at: number): boolean => bytes[at] === OPEN_OBJECT;
export const isArray = (bytes: Uint8Array, at: number): boolean => bytes[at] === OPEN_ARRAY;

/** Where an object ends, after a step at each of its values. */
export const endOfObject = (bytes: Uint8Array, at: number, step: Step): number => {
  let next = behind(OPEN_OBJECT, bytes, at);
  if (bytes[next] === CLOSE_OBJECT) return next + 1;
  for (;;) {
    const keyEnd = endOfString(bytes, next);
    const value = behind(COLON, bytes, afterSpace(bytes, keyEnd));
    next = afterSpace(bytes, step(bytes, value, next, keyEnd));
    if (bytes[next] === CLOSE_OBJECT) return next + 1;
    next = behind(COMMA, bytes, next);
  }
};

/** Where an array ends, after a step at each of its items. */
export const endOfArray = (bytes: Uint8Array, at: number, step: Step): number => {
  let next = behind(OPEN_ARRAY, bytes, at);
  if (bytes[next] === CLOSE_ARRAY) return next + 1;
  for (;;) {
    next = afterSpace(bytes, step(bytes, next, next, next));
    if (bytes[next] === CLOSE_ARRAY) return next + 1;
    next = behind(COMMA, bytes, next);
  }
};

/** Where the next thing is that is not white space. */
export const afterSpace = (bytes: Uint8Array, at: number): number => {
  let next = at;
  while ((bytes[next] as number) <= SPACE) {
    if (!SPACES.includes(bytes[next] as number)) throw notJson(bytes, next);
    next += 1;
  }
  return next;
};

export const notJson = (bytes: Uint8Array, at: number): SyntaxError =>
  new SyntaxError(at < bytes.length ? `byte ${at} cannot stand there in JSON` : 'the JSON ends too early');

const behind = (mark: number, bytes: Uint8Array, at: number): number => {
  if (bytes[at] !== mark) throw notJson(bytes, at);
  return afterSpace(bytes, at + 1);
};

const endOfString = (bytes: Uint8Array, at: number): number => {
  if (bytes[at] !== QUOTE) throw notJson(bytes, at);
  let next = at + 1;
  for (;;) {
    const byte = bytes[next] as number;
    if (byte === QUOTE) return next + 1;
    if (byte === BACKSLASH) next = endOfEscape(bytes, next);
    else if (byte >= SPACE) next += 1;
    else throw notJson(bytes, next);
  }
};

const endOfEscape = (bytes: Uint8Array, at: number): number => {
  if (ESCAPES.includes(bytes[at + 1] as number)) return at + 2;
  const isUnicode = bytes[at + 1] === 0x75;
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (!isUnicode || !HEX_DIGITS.includes(bytes[digit] as number)) throw notJson(bytes, at);
  }
  return at + 6;
};

const endOfWord = (bytes: Uint8Array, at: number): number => {
  const word = WORDS[bytes[at] as number];
  if (word === undefined) throw notJson(bytes, at);
  for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) throw notJson(bytes, at + i);
  return at + word.length;
};

const endOfNumber = (bytes: Uint8Array, at: number): number => {
  const whole = bytes[at] === MINUS ? at + 1 : at;
  let next = bytes[whole] === ZERO ? whole + 1 : endOfDigits(bytes, whole);
  if (bytes[next] === POINT) next = endOfDigits(bytes, next + 1);
  if (bytes[next] === 0x65 || bytes[next] === 0x45) {
    const sign = bytes[next + 1];
    next = endOfDigits(bytes, sign === MINUS || sign === PLUS ? next + 2 : next + 1);
  }
  return next;
};

/** Of one digit at least. */
const endOfDigits = (bytes: Uint8Array, at: number): number => {
  let next = at;
  while (isDigit(bytes[next] as number)) next += 1;
  if (next === at) throw notJson(bytes, at);
  return next;
};

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
