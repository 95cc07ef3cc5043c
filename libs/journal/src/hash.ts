import { hash } from 'node:crypto';

/** `sha256:` and 64 hex digits: how hashes of commits are written. */
export const sha256Text = (bytes: Uint8Array | string): string => `sha256:${hash('sha256', bytes, 'hex')}`;

/** Node takes it and it is the fastest form; only its types do not list it. */
const ONE_BYTE_CHARACTERS = 'latin1' as 'hex';

/** 16 bytes of SHA-256 as a string of 16 one-byte characters: a key that nobody can make collide. */
export const shortDigest = (text: string): string => hash('sha256', text, ONE_BYTE_CHARACTERS).slice(0, 16);
