import { type SimulationResult, simulate } from './simulate.ts';
import type { Variant } from './variants.ts';

/** What a series of runs came to. */
export interface Hunt {
  readonly runs: number;
  readonly steps: number;
  readonly sent: number;
  readonly answered: number;
  readonly commits: number;
  /** The runs that broke a promise. */
  readonly broken: readonly SimulationResult[];
}

/** Runs seeds one after the other. */
export const hunt = async (from: number, runs: number, variant?: Variant): Promise<Hunt> => {
  const broken: SimulationResult[] = [];
  const sums = { steps: 0, sent: 0, answered: 0, commits: 0 };
  for (let seed = from; seed < from + runs; seed++) {
    const result = await simulate({ seed, ...(variant && { replacements: variant.replacements() }) });
    sums.steps += result.steps;
    sums.sent += result.counts.sent;
    sums.answered += result.counts.answered;
    sums.commits += result.counts.commits;
    if (result.violations.length > 0) broken.push(result);
  }
  return { runs, ...sums, broken };
};

/** The first seed, from 1 on, in which a variant is caught at what it breaks; `undefined` when none of its seeds shows it. */
export const firstCatch = async ({ breaks, within, replacements }: Variant): Promise<number | undefined> => {
  for (let seed = 1; seed <= within; seed++) {
    const { violations } = await simulate({ seed, replacements: replacements() });
    if (violations.some(({ property }) => property === breaks)) return seed;
  }
  return undefined;
};
