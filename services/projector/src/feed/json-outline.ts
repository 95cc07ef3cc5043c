import { afterSpace, endOfArray, endOfObject, endOfValue, isArray, isObject, notJson } from './json-scan.ts';

/** What is wanted of a JSON value: itself, its text as it stands, some members of it, or something of each item. */
export type Wanted = 'value' | 'text' | WantedItems | WantedMembers;
type WantedItems = readonly [Wanted];
interface WantedMembers {
  readonly [name: string]: Wanted;
}

/**
 * A function that reads of JSON only what is wanted: as `JSON.parse` would give it, without other members, and with
 * its text in place of a value that is wanted as `text`. What is passed over is checked all the same. A value of
 * another form than is wanted comes as it is.
 * Throws when the bytes are not JSON in UTF-8.
 */
export const outlineOf = (wanted: Wanted): ((bytes: Uint8Array) => unknown) => {
  const read = readerOf(wanted);
  return ({ buffer, byteOffset, byteLength }) => {
    // Never a subclass: what reads both arrays and buffers takes twice the time.
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const cursor: Cursor = { bytes, text: textOf(bytes), at: afterSpace(bytes, 0) };
    const value = read(cursor);
    const end = afterSpace(bytes, cursor.at);
    if (end < bytes.length) throw notJson(bytes, end);
    return value;
  };
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text between two places; where each byte is a character, all of it is decoded at once. */
const textOf = (bytes: Uint8Array): Cursor['text'] => {
  const whole = decoder.decode(bytes);
  return whole.length === bytes.length
    ? (from, end) => whole.slice(from, end)
    : (from, end) => decoder.decode(bytes.subarray(from, end));
};

interface Cursor {
  readonly bytes: Uint8Array;
  readonly text: (from: number, end: number) => string;
  at: number;
}

/** Reads the value at the cursor, and leaves the cursor behind it. */
type Read = (cursor: Cursor) => unknown;

const readerOf = (wanted: Wanted): Read => {
  if (wanted === 'value') return readValue;
  if (wanted === 'text') return readText;
  return isItems(wanted) ? itemsReader(wanted) : membersReader(wanted);
};

const isItems = (wanted: WantedItems | WantedMembers): wanted is WantedItems => Array.isArray(wanted);

const readText = (cursor: Cursor): string => {
  const from = cursor.at;
  cursor.at = endOfValue(cursor.bytes, from);
  return cursor.text(from, cursor.at);
};

const readValue: Read = (cursor) => {
  const text = readText(cursor);
  // Most are short texts without escapes.
  return text.startsWith('"') && !text.includes('\\') ? text.slice(1, -1) : JSON.parse(text);
};

const itemsReader = ([wanted]: WantedItems): Read => {
  const read = readerOf(wanted);
  return (cursor) => {
    if (!isArray(cursor.bytes, cursor.at)) return readValue(cursor);
    const items: unknown[] = [];
    cursor.at = endOfArray(cursor.bytes, cursor.at, (_, at) => {
      cursor.at = at;
      items.push(read(cursor));
      return cursor.at;
    });
    return items;
  };
};

interface Member {
  readonly name: string;
  /** The name as it stands in JSON when nothing in it is escaped. */
  readonly key: Uint8Array;
  readonly read: Read;
}

const membersReader = (wanted: WantedMembers): Read => {
  const members = Object.entries(wanted).map(
    ([name, each]): Member => ({ name, key: Buffer.from(JSON.stringify(name)), read: readerOf(each) }),
  );
  return (cursor) => {
    if (!isObject(cursor.bytes, cursor.at)) return readValue(cursor);
    const outline: Record<string, unknown> = {};
    cursor.at = endOfObject(cursor.bytes, cursor.at, (bytes, at, key, keyEnd) => {
      const member = memberAt(members, cursor, key, keyEnd);
      if (member === undefined) return endOfValue(bytes, at);
      cursor.at = at;
      outline[member.name] = member.read(cursor);
      return cursor.at;
    });
    return outline;
  };
};

const memberAt = (
  members: readonly Member[],
  { bytes, text }: Cursor,
  from: number,
  end: number,
): Member | undefined => {
  for (const member of members) if (isWrittenAs(member.key, bytes, from, end)) return member;
  if (!isEscaped(bytes, from, end)) return undefined;
  const name = JSON.parse(text(from, end));
  return members.find((member) => member.name === name);
};

const isWrittenAs = (key: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean => {
  if (end - from !== key.length) return false;
  for (let i = 1; i < key.length; i++) if (bytes[from + i] !== key[i]) return false;
  return true;
};

const BACKSLASH = 0x5c;

const isEscaped = (bytes: Uint8Array, from: number, end: number): boolean => {
  for (let at = from; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
};
