import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCompressor } from './zstd-compressor.ts';

const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 };

/** What repeats itself, and what nothing can be saved on. */
const text = fc.oneof(
  fc
    .tuple(fc.string({ maxLength: 400 }), fc.nat(1_000))
    .map(([part, times]) => Buffer.from(part.repeat(times))),
  fc.uint8Array({ maxLength: 3_000 }),
);

describe('a compressor that keeps its context', () => {
  it('makes of each text, one after another, the frame that a fresh one makes', () => {
    const compress = createCompressor(LEVEL);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        for (const each of texts) {
          const frame = compress(each);
          expect(Buffer.compare(frame, zstdCompressSync(each, { params: LEVEL }))).toBe(0);
          expect(Buffer.compare(zstdDecompressSync(frame), each)).toBe(0);
        }
      }),
    );
  });

  it('makes a frame of a text that is larger than any before', () => {
    const compress = createCompressor(LEVEL);
    for (const size of [1, 100_000, 10, 3_000_000]) {
      const noise = Buffer.from(Array.from({ length: size }, (_, at) => (at * 2_654_435_761) >>> 24));
      expect(Buffer.compare(zstdDecompressSync(compress(noise)), noise)).toBe(0);
    }
  });

  it('leaves the frames that it made before as they are', () => {
    const compress = createCompressor(LEVEL);
    const first = compress(Buffer.from('one'.repeat(2_000)));
    const before = Buffer.from(first);
    compress(Buffer.from('two'.repeat(2_000)));
    expect(Buffer.compare(first, before)).toBe(0);
  });
});
