import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecompressor } from './zstd-decompressor.ts';

const MOST_BYTES = 1024 * 1024;

const content = fc.oneof(
  fc
    .tuple(fc.string({ maxLength: 400 }), fc.nat(1_000))
    .map(([part, times]) => Buffer.from(part.repeat(times))),
  fc.uint8Array({ maxLength: 3_000 }),
);
const settings = fc.record({
  [constants.ZSTD_c_compressionLevel]: fc.constantFrom(1, 5),
  [constants.ZSTD_c_checksumFlag]: fc.constantFrom(0, 1),
  [constants.ZSTD_c_contentSizeFlag]: fc.constantFrom(0, 1),
});
const frame = fc.tuple(content, settings).map(([text, params]) => zstdCompressSync(text, { params }));

/** What comes of reading, so that two ways of it can be compared. */
const outcome = (read: () => Uint8Array): string => {
  try {
    return Buffer.from(read()).toString('base64');
  } catch {
    return 'unreadable';
  }
};

describe('a decompressor that keeps its context', () => {
  it('reads of each frame, one after another, what a fresh one reads', () => {
    const decompress = createDecompressor(MOST_BYTES);
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        for (const each of frames)
          expect(outcome(() => decompress(each))).toBe(outcome(() => zstdDecompressSync(each)));
      }),
    );
  });

  it('reads frames as a fresh one does after others that were cut off, damaged, or went on', () => {
    const decompress = createDecompressor(MOST_BYTES);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
    const damaged = fc
      .tuple(frame, fc.nat(), fc.nat({ max: 8 }), fc.oneof(fc.constant(new Uint8Array()), bytes))
      .map(([whole, at, length, put]) => {
        const from = 4 + (at % (whole.byteLength - 3));
        return Buffer.concat([whole.subarray(0, from), put, whole.subarray(from + length)]);
      });
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, damaged), { maxLength: 6 }), (frames) => {
        const fresh = (each: Buffer) => zstdDecompressSync(each, { maxOutputLength: MOST_BYTES });
        for (const each of frames) expect(outcome(() => decompress(each))).toBe(outcome(() => fresh(each)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads a whole frame after one whose last block does not say that it is the last', () => {
    const decompress = createDecompressor(MOST_BYTES);
    const whole = zstdCompressSync(Buffer.from('a verdict of a busy owner, '.repeat(400)));
    const open = Buffer.from(whole);
    // The header of the only block stands behind the frame's own: six bytes and the two of its size.
    open[8] = (open[8] ?? 0) & 0xfe;
    outcome(() => decompress(open));
    expect(outcome(() => decompress(whole))).toBe(outcome(() => zstdDecompressSync(whole)));
  });

  it('reads what is larger than its room, and refuses what is larger than its bound', () => {
    const decompress = createDecompressor(MOST_BYTES);
    const large = Buffer.alloc(900_000, 'large ');
    expect(Buffer.compare(decompress(zstdCompressSync(large)), large)).toBe(0);
    expect(() => decompress(zstdCompressSync(Buffer.alloc(2 * MOST_BYTES)))).toThrow();
  });

  it('leaves what it has read before as it is', () => {
    const decompress = createDecompressor(MOST_BYTES);
    const first = decompress(zstdCompressSync(Buffer.from('one'.repeat(2_000))));
    decompress(zstdCompressSync(Buffer.from('two'.repeat(2_000))));
    expect(Buffer.from(first).toString()).toBe('one'.repeat(2_000));
  });
});
