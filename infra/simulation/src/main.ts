import { randomInt } from 'node:crypto';
import { firstCatch } from './hunt.ts';
import { huntInParallel } from './hunt-in-parallel.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { simulate } from './simulate.ts';
import { storyTeller, verdictLines } from './story.ts';
import { VARIANTS } from './variants.ts';

const say = (line: string): void => console.log(line);

/** Tells one run after the other; whether all promises held. */
const tell = async ({ runs, variant }: Options, from: number): Promise<boolean> => {
  let held = true;
  for (let seed = from; seed < from + runs; seed++) {
    const replacements = variant && { replacements: variant.replacements() };
    const result = await simulate({ seed, tell: storyTeller(say), ...replacements });
    for (const line of verdictLines(result)) say(line);
    held &&= result.violations.length === 0;
  }
  return held;
};

const search = async ({ runs, variant }: Options, from: number): Promise<boolean> => {
  const began = performance.now();
  const { broken, steps, sent, answered, commits } = await huntInParallel(from, runs, variant);
  for (const result of broken) {
    for (const line of verdictLines(result)) say(line);
    const what = variant === undefined ? '' : ` --variant ${variant.name}`;
    say(`  again: npm run simulate -- --seed ${result.seed} --trace${what}`);
  }
  const seconds = (performance.now() - began) / 1_000;
  say(
    `${runs} runs from seed ${from} in ${seconds.toFixed(1)} s: ${steps} steps, ${sent} sent, ${answered} answered, ${commits} commits; ${broken.length} broke a promise`,
  );
  return broken.length === 0;
};

const catchAll = async (): Promise<boolean> => {
  let all = true;
  for (const variant of VARIANTS) {
    const seed = await firstCatch(variant);
    all &&= seed !== undefined;
    const found = seed === undefined ? `NOT CAUGHT in ${variant.within} seeds` : `caught at seed ${seed}`;
    say(`${variant.name.padEnd(26)} ${variant.breaks.padEnd(18)} ${found.padEnd(24)} ${variant.about}`);
  }
  return all;
};

const run = async (options: Options): Promise<boolean> => {
  const from = options.seed ?? randomInt(2 ** 31);
  if (options.trace) return tell(options, from);
  const held = await search(options, from);
  const alone = options.seed !== undefined && options.runs === 1;
  if (options.variant !== undefined || alone) return held;
  return (await catchAll()) && held;
};

// Whoever reads the story may stop before its end.
process.stdout.on('error', () => process.exit());

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) say(HELP);
  else if (!(await run(options))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
