import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortDigest } from './hash.ts';
import { createGeneration } from './id-generation.ts';

const digest = (id: string | number): string => shortDigest(`${id}`);

describe('a generation of ids', () => {
  it('is a map from digests to places, also when it was begun with the words of another', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 600 }),
      revision: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      index: fc.nat({ max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 900, size: 'max' }),
        fc.nat({ max: 900 }),
        (steps, restartAt) => {
          const expected = new Map<number, object>();
          let ids = createGeneration();
          for (const [n, { id, revision, index }] of steps.entries()) {
            if (n === restartAt) ids = createGeneration(ids.words().slice());
            ids.set(digest(id), { revision, index });
            expected.set(id, { revision, index });
          }
          expect(ids.size).toBe(expected.size);
          for (let id = 0; id <= 600; id++) expect(ids.get(digest(id))).toEqual(expected.get(id));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps digests apart that differ in any one bit', () => {
    const ids = createGeneration();
    const bits = Array.from({ length: 128 }, (_, bit) => {
      const characters = Array.from({ length: 16 }, (_each, at) => (at === bit >> 3 ? 1 << (bit & 7) : 0));
      return String.fromCharCode(...characters);
    });
    for (const [bit, each] of bits.entries()) ids.set(each, { revision: bit + 1, index: bit });
    for (const [bit, each] of bits.entries())
      expect(ids.get(each)).toEqual({ revision: bit + 1, index: bit });
    expect(ids.get('\0'.repeat(16))).toBeUndefined();
  });

  it('takes up words with gaps, as they were once written', () => {
    const told = createGeneration();
    for (let id = 1; id <= 100; id++) told.set(digest(id), { revision: id, index: 7 });
    const words = new Uint32Array(256 * 6);
    for (let id = 0; id < 100; id++) words.set(told.words().subarray(id * 6, id * 6 + 6), id * 2 * 6);
    const ids = createGeneration(words);
    expect(ids.size).toBe(100);
    expect(ids.words()).toEqual(told.words());
    for (let id = 1; id <= 100; id++) expect(ids.get(digest(id))).toEqual({ revision: id, index: 7 });
  });

  it('takes at most 38 bytes an id, wherever it stands in its growth', () => {
    const ids = createGeneration();
    for (let id = 0; id < 100_000; id++) {
      ids.set(digest(id), { revision: id + 1, index: 0 });
      if (id >= 1_024 && ids.bytes / ids.size > 38) expect.fail(`${ids.bytes} bytes for ${ids.size} ids`);
    }
    expect(ids.bytes / ids.size).toBeGreaterThan(28);
  });
});
