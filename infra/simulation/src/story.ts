import type { SimulationResult } from './simulate.ts';
import type { Tell } from './world.ts';

/** Writes what happens as lines: the time in seconds, who, what. */
export const storyTeller =
  (write: (line: string) => void): Tell =>
  (time, who, what) =>
    write(`${(time / 1_000).toFixed(3).padStart(8)} s  ${who.padEnd(11)}  ${what}`);

/** What a run came to, in lines: every broken promise with its evidence, or one line that says that all held. */
export const verdictLines = ({ seed, steps, counts, violations }: SimulationResult): string[] => {
  const { sent, answered, refused, commits, events } = counts;
  const summary = `seed ${seed}: ${steps} steps, ${sent} sent, ${answered} answered (${refused} refused), ${commits} commits, ${events} events`;
  if (violations.length === 0) return [`${summary}; every promise held`];
  const shown = violations
    .slice(0, MOST_SHOWN)
    .flatMap(({ property, sentence, evidence }) => [
      `  ${property.padEnd(18)} ${sentence}`,
      ...evidence.map((line) => `  ${''.padEnd(18)}   ${line}`),
    ]);
  const more = violations.length - MOST_SHOWN;
  return [summary, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
};

/** One broken promise often breaks others. */
const MOST_SHOWN = 3;
