import { parseArgs } from 'node:util';
import { VARIANTS, type Variant } from './variants.ts';

/** What the command was asked to do. */
export interface Options {
  readonly help: boolean;
  /** How many runs, each with the next seed. */
  readonly runs: number;
  /** The first seed; drawn when none is given. */
  readonly seed: number | undefined;
  /** Whether to tell everything that happens. */
  readonly trace: boolean;
  readonly variant: Variant | undefined;
}

const DEFAULT_RUNS = 200;

export const HELP = `npm run simulate -- [options]

Runs Edict's own services on a simulated clock, network and store, with faults, and judges what clients were told
and what the journals hold. One seed is one run, the same each time.

  --runs N         so many runs (${DEFAULT_RUNS}; 1 with --seed), then every broken variant until it is caught
  --seed N         begins with this seed instead of a fresh one
  --trace          tells what happens, one line each
  --variant NAME   runs a broken variant instead of the true system
  --help           this text

Variants: ${VARIANTS.map(({ name }) => name).join(', ')}.

Exit code: 0 when no promise was broken and each variant was caught, else 1; 2 for bad usage.

  npm run simulate -- --runs 2000
  npm run simulate -- --seed 245 --trace
  npm run simulate -- --variant fence-off --seed 1 --runs 20
`;

/** Reads the command line; throws an error that says what is allowed. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      variant: { type: 'string' },
    },
  });
  const seed = values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0);
  const single = seed !== undefined || values.trace;
  const runs =
    values.runs === undefined ? (single ? 1 : DEFAULT_RUNS) : wholeNumber('--runs', values.runs, 1);
  return { help: values.help, runs, seed, trace: values.trace, variant: variantOf(values.variant) };
};

const wholeNumber = (option: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value < 2 ** 32) return value;
  throw new Error(`${option} is ${text}: must be a whole number from ${least} to ${2 ** 32 - 1}`);
};

const variantOf = (name: string | undefined): Variant | undefined => {
  const variant = VARIANTS.find((each) => each.name === name);
  if (variant !== undefined || name === undefined) return variant;
  throw new Error(`--variant is ${name}: must be one of ${VARIANTS.map((each) => each.name).join(', ')}`);
};
