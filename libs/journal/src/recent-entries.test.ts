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
});
