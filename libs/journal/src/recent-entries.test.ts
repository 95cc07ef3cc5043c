import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitBytes, EMPTY_HEAD } from './commit-text.ts';
import { createRecentEntries } from './recent-entries.ts';

const entriesOf = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value));

describe('the latest entries', () => {
  it('give back each entry by any event that it holds, in any script', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 3 })), { minLength: 1 }),
        (made) => {
          const texts = entriesOf(made.map(([text]) => ({ text })));
          const starts: number[] = [];
          let events = 0;
          for (const [, count] of made) {
            starts.push(events);
            events += count;
          }
          const { bytes, offsets } = commitBytes('verdicts.0', EMPTY_HEAD, 1, texts);
          const recent = createRecentEntries(1_000_000);
          recent.add(1, bytes, { offsets, starts });
          for (const [i, [, count]] of made.entries()) {
            for (let event = 0; event < count; event++) {
              const start = starts[i] ?? 0;
              expect(recent.find(1, start + event)).toEqual({ text: texts[i], start });
            }
          }
        },
      ),
    );
  });

  it('forget the oldest commits first, and stay within their bound', () => {
    const recent = createRecentEntries(400);
    for (let revision = 1; revision <= 5; revision++) {
      const { bytes, offsets } = commitBytes('verdicts.0', EMPTY_HEAD, 1, entriesOf([{ revision }]));
      recent.add(revision, bytes, { offsets, starts: [0] });
    }
    expect(recent.find(1, 0)).toBeUndefined();
    expect(recent.find(5, 0)?.text).toBe('{"revision":5}');
  });

  it('are the very texts of the last commits, however large, as far as the bound reaches', () => {
    const most = 2_000;
    const commit = fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      sizes: fc.array(fc.nat(400), { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 80 }), (made) => {
        const recent = createRecentEntries(most);
        const added: { readonly revision: number; readonly texts: string[]; readonly size: number }[] = [];
        for (const { gap, sizes } of made) {
          const revision = (added.at(-1)?.revision ?? 0) + gap;
          const texts = entriesOf(sizes.map((size, i) => `${revision}/${i} ${'ä'.repeat(size / 2)}`));
          const { bytes, offsets } = commitBytes('verdicts.0', EMPTY_HEAD, 1, texts);
          recent.add(revision, bytes, { offsets, starts: texts.map((_, i) => i) });
          added.push({ revision, texts, size: bytes.byteLength });
        }
        let behind = 0;
        for (const { revision, texts, size } of added.filter(({ size }) => size <= most).reverse()) {
          const found = texts.map((_, i) => recent.find(revision, i)?.text);
          behind += size;
          // What is left free at the end of a round is less than the commit that did not fit there.
          if (behind <= most / 2) expect(found).toEqual(texts);
          else expect([texts, texts.map(() => undefined)]).toContainEqual(found);
        }
        expect(recent.find((added.at(-1)?.revision ?? 0) + 1, 0)).toBeUndefined();
      }),
    );
  });

  it('begin anew when only the newest fits', () => {
    const recent = createRecentEntries(300);
    for (const [revision, length] of [100, 30, 150, 10, 150, 150].entries()) {
      const { bytes, offsets } = commitBytes('verdicts.0', EMPTY_HEAD, 1, entriesOf(['x'.repeat(length)]));
      recent.add(revision + 1, bytes, { offsets, starts: [0] });
      expect(recent.find(revision + 1, 0)?.text).toBe(JSON.stringify('x'.repeat(length)));
    }
  });
});
