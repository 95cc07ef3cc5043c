import type { Exchange } from '@edict/checker';
import type { JournalName, Receipt } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { afterLoad } from './after-load.ts';
import { FAULT_CASES } from './cases/fault-cases.ts';
import { countsOf } from './counts.ts';
import type { Round } from './fault-case.ts';
import { judge } from './judge.ts';
import { now } from './load/history.ts';
import { createRandom } from './random.ts';
import { playOnce } from './run-faults.ts';
import { violationLines } from './table.ts';

const SEED = 1;
const SHORT = { brief: true, messages: 400 };
/** Those that say the most in the least time; `npm run faults` plays all. */
const SELECTION = ['kill-all', 'hostile-replies', 'flipped-byte', 'poison'];

describe('no promise is broken', () => {
  test.each(FAULT_CASES.filter(({ name }) => SELECTION.includes(name)))('$name: $what', async (fault) => {
    const result = await playOnce(fault, SEED, SHORT);
    expect(violationLines(result)).toEqual([]);
    expect(result.counts.faults).toBeGreaterThan(0);
    expect(result.counts.answered).toBeGreaterThan(0);
  });
});

describe('a broken promise is noticed', () => {
  test('by what clients were told, when a commit is gone, and when one says something else', async () => {
    const round: Round = { ...SHORT, random: createRandom(SEED) };
    await afterLoad(round, async ({ history, journals }) => {
      const judged = (changed: typeof journals) => {
        const report = judge(history, changed, now());
        return { ...countsOf(report, history, 0), all: report.violations.length };
      };
      const [journal, commits] = longest(journals);
      expect(judged(journals)).toMatchObject({ lost: 0, unrecorded: 0, doubled: 0, all: 0 });

      const shortened = judged(
        new Map([...journals, [journal, commits.slice(0, lastTold(history, journal) - 1)]]),
      );
      expect(shortened.lost).toBeGreaterThan(0);
      expect(shortened.found).toBeLessThan(judged(journals).found);

      const other = journals.get(journal === 'verdicts.0' ? 'verdicts.1' : 'verdicts.0') ?? [];
      const swapped = judged(new Map([...journals, [journal, other]]));
      expect(swapped.lost + swapped.unrecorded).toBeGreaterThan(0);
      return { faults: 0, violations: [] };
    });
  });
});

/** The last revision of a journal that a client was told of: what comes after it may be what time has ended. */
const lastTold = (history: readonly Exchange[], journal: JournalName): number => {
  const told = history.flatMap(({ reply }) => {
    const { receipt } = JSON.parse(reply?.body ?? '{}') as { receipt?: Receipt };
    return receipt?.journal === journal ? [receipt.revision] : [];
  });
  return Math.max(...told);
};

const longest = (journals: ReadonlyMap<JournalName, readonly Uint8Array[]>) => {
  const verdicts = [...journals].filter(([name]) => name.startsWith('verdicts.'));
  const [first] = verdicts.toSorted(([, a], [, b]) => b.length - a.length);
  if (first === undefined) throw new Error('nothing was decided');
  return first;
};
