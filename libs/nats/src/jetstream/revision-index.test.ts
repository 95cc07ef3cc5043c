import { describe, expect, it } from 'vitest';
import { createRevisionIndex, type RevisionIndex } from './revision-index.ts';

/** More than any index holds. */
const MANY = 1_000_000;
const sequenceOf = (revision: number): number => revision * 3;
/** Which of the newest an index does not know. */
const unknown = (index: RevisionIndex, newest: number, many: number): number[] =>
  Array.from({ length: many }, (_, i) => newest - i).filter(
    (revision) => index.sequenceOf(revision) !== sequenceOf(revision),
  );
const arrayBytes = (): number => process.memoryUsage().arrayBuffers;

describe('where the revisions of a journal lie', () => {
  it('is known of those that were seen, in whatever order', () => {
    const index = createRevisionIndex();
    for (const revision of [900, 17, 1, 33, 901, 899]) index.learn(revision, sequenceOf(revision));
    expect([900, 17, 1, 33, 901, 899].map(index.sequenceOf)).toEqual([2700, 51, 3, 99, 2703, 2697]);
    expect(index.sequenceOf(2)).toBeUndefined();
    expect(index.last()).toBe(901);
  });

  it('is 0 for the place before the first one', () => {
    const index = createRevisionIndex();
    expect([index.sequenceOf(0), index.last()]).toEqual([0, 0]);
  });

  it('is known of the newest, while the oldest make room; never is one taken for another', () => {
    const index = createRevisionIndex();
    for (let revision = 1; revision <= MANY; revision++) index.learn(revision, sequenceOf(revision));
    expect(unknown(index, MANY, 100_000)).toEqual([]);
    expect(index.sequenceOf(1)).toBeUndefined();
    expect(index.last()).toBe(MANY);
  });

  it('keeps the newest when an old one is looked up', () => {
    const index = createRevisionIndex();
    for (let revision = 1; revision <= MANY; revision++) index.learn(revision, sequenceOf(revision));
    for (let revision = 1; revision <= 200_000; revision++) index.learn(revision, sequenceOf(revision));
    expect(unknown(index, MANY, 100_000)).toEqual([]);
    expect(index.last()).toBe(MANY);
  });

  it('takes no more memory for a journal of hundreds of millions of commits than for a short one', () => {
    const index = createRevisionIndex();
    const before = arrayBytes();
    index.learn(100_000_000, 100_000_000);
    index.learn(100_000_001, 100_000_001);
    index.learn(1, 1);
    expect(arrayBytes() - before).toBeLessThan(8_000_000);
    expect([1, 100_000_000, 100_000_001].map(index.sequenceOf)).toEqual([1, 100_000_000, 100_000_001]);
  });
});
