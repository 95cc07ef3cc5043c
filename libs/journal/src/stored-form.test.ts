import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommit } from './commit-text.ts';
import { pack, unpack } from './stored-form.ts';

const commit = (entries: readonly unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify({ v: 1, journal: 'verdicts.0', revision: 1, previous: '', semantics: 1, entries }),
  );

/** As many entries as a busy owner puts into a commit, alike as verdicts are. */
const busy = commit(
  Array.from({ length: 32 }, (_, number) => ({
    id: `run-${number}`,
    ws: 'acme',
    events: [
      { type: 'verdict.issued', data: { request_id: `r-${number}`, decision: true, hash: 'ab'.repeat(300) } },
    ],
  })),
);

describe('the stored form of a commit', () => {
  it('gives back every text, of any length and script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(200), (text, times) => {
        const bytes = Buffer.from(text.repeat(times));
        expect(Buffer.from(unpack(pack(bytes)))).toEqual(bytes);
      }),
    );
  });

  it('leaves a small commit as the JSON text that it is', () => {
    const bytes = commit([{ id: 'run-1' }]);
    expect(pack(bytes)).toEqual(bytes);
  });

  it('is a zstd frame that any tool reads, a tenth as long, for a busy commit', () => {
    const stored = pack(busy);
    expect(stored.byteLength).toBeLessThan(busy.byteLength / 10);
    expect(zstdDecompressSync(stored)).toEqual(busy);
  });

  it('is the same bytes each time, so that a commit sent again has the hash of the first', () => {
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(pack(busy))).toBe(hash(pack(Buffer.from(busy))));
  });

  it('is refused as a broken journal, and in no other way, when its bytes are damaged', () => {
    const stored = pack(busy);
    const damaged = Array.from(stored, (byte, at) => {
      const copy = Buffer.from(stored);
      copy[at] = byte ^ 0x01;
      return copy;
    });
    const refused = damaged.filter((bytes) => {
      try {
        parseCommit('verdicts.0', bytes);
        return false;
      } catch (error) {
        expect(error).toMatchObject({ code: 'JOURNAL_BROKEN' });
        return true;
      }
    });
    expect(refused.length).toBeGreaterThan(0);
    for (let length = 4; length < stored.byteLength; length++) {
      expect(() => parseCommit('verdicts.0', stored.subarray(0, length))).toThrow(/is not JSON/);
    }
  });

  it('does not unfold a frame that claims more than any commit may have', () => {
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    expect(() => parseCommit('verdicts.0', bomb)).toThrow(/is not JSON/);
  });
});
