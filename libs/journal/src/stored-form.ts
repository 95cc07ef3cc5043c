import { constants } from 'node:zlib';
import { createCompressor } from './zstd-compressor.ts';
import { createDecompressor } from './zstd-decompressor.ts';

/** Below this a commit is stored as the text that it is: little would be won, and a lone request would wait for it. */
const PLAIN_BYTES = 4 * 1024;
/** Far above any commit that a host makes; a frame that claims more is not one. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Commits repeat themselves within a few hundred bytes, so small tables find what large ones would. */
const compress = createCompressor({
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 16,
  [constants.ZSTD_c_hashLog]: 12,
});

const decompress = createDecompressor(MOST_BYTES);

/** The bytes that a commit's JSON text is stored as: itself when it is small, else a zstd frame. */
export const pack = (text: Uint8Array): Uint8Array => (text.byteLength < PLAIN_BYTES ? text : compress(text));

/** The latest frame: whoever reads a journal looks at a commit's frame first, and at its entries right after. */
let latest: { readonly stored: Uint8Array; readonly text: Uint8Array } | undefined;

/** The JSON text of a stored commit, not to be changed; throws when a frame cannot be read. */
export const unpack = (stored: Uint8Array): Uint8Array => {
  if (!isFrame(stored)) return stored;
  if (latest?.stored === stored) return latest.text;
  const text = decompress(stored);
  latest = { stored, text };
  return text;
};

/** A zstd frame begins with its magic number, which no JSON text does. */
const isFrame = (stored: Uint8Array): boolean =>
  stored[0] === 0x28 && stored[1] === 0xb5 && stored[2] === 0x2f && stored[3] === 0xfd;
