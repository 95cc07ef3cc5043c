import type { Parsed } from '@edict/contracts';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalText } from './canonical-text.ts';
import { frozenCopy } from './frozen-copy.ts';

/** A document as it is recorded: a frozen copy, its hash and the size of its RFC 8785 form in bytes. */
export interface PreparedDocument {
  readonly document: Readonly<Record<string, unknown>>;
  readonly hash: string;
  readonly bytes: number;
}

/** `sha256:` + hex over the RFC 8785 form: equal exactly when the documents are equal, whatever their key order. */
export const documentHash = (document: unknown): string => hashBytes(canonicalBytes(document));

const canonicalBytes = (value: unknown): Uint8Array => utf8ToBytes(canonicalText(value));
const hashBytes = (bytes: Uint8Array): string => `sha256:${bytesToHex(sha256(bytes))}`;

/** Only frozen copies made here are keys, so an entry can never describe a document that changed since. */
const prepared = new WeakMap<object, PreparedDocument>();

/** Copies, freezes and hashes a document once; preparing the copy again costs nothing. */
export const prepareDocument = (document: Readonly<Record<string, unknown>>): Parsed<PreparedDocument> => {
  const known = prepared.get(document);
  if (known !== undefined) return { ok: true, value: known };
  const copied = frozenCopy(document);
  if (!copied.ok) return copied;
  const frozen = copied.value as Readonly<Record<string, unknown>>;
  const bytes = canonicalBytes(frozen);
  const value = { document: frozen, hash: hashBytes(bytes), bytes: bytes.length };
  prepared.set(frozen, value);
  return { ok: true, value };
};
