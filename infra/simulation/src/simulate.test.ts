import { PROPERTIES } from '@edict/checker';
import { describe, expect, it } from 'vitest';
import { firstCatch, hunt } from './hunt.ts';
import { simulate } from './simulate.ts';
import { storyTeller, verdictLines } from './story.ts';
import { VARIANTS } from './variants.ts';

const FIXED_RUNS = 60;
const FRESH_RUNS = 20;

const brokenIn = async (from: number, runs: number): Promise<string[]> =>
  (await hunt(from, runs)).broken.flatMap(verdictLines);

describe('the true system under every fault', () => {
  it('keeps each promise in a fixed set of seeds', async () => {
    expect(await brokenIn(1, FIXED_RUNS)).toEqual([]);
  }, 120_000);

  const from = Math.floor(Math.random() * 2 ** 31);
  it(`keeps each promise in ${FRESH_RUNS} fresh seeds from ${from} on`, async () => {
    expect(await brokenIn(from, FRESH_RUNS)).toEqual([]);
  }, 120_000);

  it('runs the same again from the same seed, to the last line of its story', async () => {
    const told = async () => {
      const lines: string[] = [];
      const result = await simulate({ seed: 9, tell: storyTeller((line) => lines.push(line)) });
      return { lines, ...result };
    };
    const first = await told();
    expect(first.lines.length).toBeGreaterThan(50);
    expect(await told()).toEqual(first);
  }, 120_000);
});

describe('a system that is broken on purpose', () => {
  it.each(VARIANTS)(
    'is caught: $name, which $about',
    async (variant) => {
      expect(await firstCatch(variant)).toBeLessThanOrEqual(variant.within);
    },
    120_000,
  );

  it('exists for every promise', () => {
    const shown = new Set(VARIANTS.map(({ breaks }) => breaks));
    expect(PROPERTIES.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
