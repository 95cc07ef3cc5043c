import { parseArgs } from 'node:util';
import type { Size } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' | 'list' }
  | { readonly kind: 'compare'; readonly before: string; readonly after: string; readonly all: boolean }
  | ({ readonly kind: 'run' } & RunOptions);

export interface RunOptions {
  /** Ids of scenarios, in the order of the list. */
  readonly scenarios: readonly string[];
  readonly size: Size;
  readonly rounds: number;
  readonly window: { readonly warmUpMs: number; readonly windowMs: number };
  /** Whether a missed goal makes the run fail. */
  readonly check: boolean;
  readonly peers: boolean;
  /** Profiles the worker of P1 instead of measuring. */
  readonly profile: boolean;
  /** Where the numbers, or the profile, are written, if anywhere. */
  readonly json: string | undefined;
}

export const USAGE = `usage: npm run bench -- [P1 … P12] [options]
       npm run bench -- compare BEFORE.json AFTER.json [--all]

  --list         what P1 to P12 are
  --rounds N     interleaved rounds (5; short: 2, half of it for P10, P11)
  --short        all of it, small, in under two minutes
  --long         P8 with 950,000 verdicts, P10 with 1,000,000 principals
  --peers        also OPA in P1 and P4, casbin and cedar-wasm in P4, macp-runtime in P5, put into the cache on demand
  --profile      where the worker's time goes under P1, stage by stage; writes a .cpuprofile
  --json FILE    also write every window to FILE (with --profile: the profile)
  --check        exit 1 when a goal is missed
  --all          compare: also what did not change beyond the noise

  npm run bench -- --short                     a first impression
  npm run bench -- P4 P6 --rounds 9            two scenarios, more rounds
  npm run bench -- P1 P9 --json after.json     numbers to compare
  npm run bench -- compare before.json after.json
  npm run bench -- --profile --json p1.cpuprofile`;

const FLAG = { type: 'boolean', default: false } as const;

/** Reads the command line; a text instead of a command says what is wrong with it. */
export const parseCommand = (args: readonly string[]): Command | string => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: FLAG,
        list: FLAG,
        short: FLAG,
        long: FLAG,
        peers: FLAG,
        profile: FLAG,
        check: FLAG,
        all: FLAG,
        rounds: { type: 'string' },
        json: { type: 'string' },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.list) return { kind: 'list' };
    if (positionals[0] === 'compare') return compareCommand(positionals.slice(1), values.all);
    return runCommand(positionals, values);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

interface RunValues {
  readonly short: boolean;
  readonly long: boolean;
  readonly check: boolean;
  readonly peers: boolean;
  readonly profile: boolean;
  readonly rounds?: string;
  readonly json?: string;
}

const SHORT_WINDOW = { warmUpMs: 200, windowMs: 500 };
const WINDOW = { warmUpMs: 1_000, windowMs: 3_000 };

const runCommand = (names: readonly string[], values: RunValues): Command | string => {
  const { short, long, check, peers, profile, json } = values;
  if (short && long) return '--short and --long exclude each other';
  const rounds = Number(values.rounds ?? (short ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) {
    return `--rounds is ${values.rounds}: it must be a whole number from 1`;
  }
  const asked = names.map((name) => name.toUpperCase());
  const known = SCENARIOS.map(({ id }) => id);
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) return `there is no scenario ${unknown}: ${known.join(', ')}`;
  return {
    kind: 'run',
    scenarios: asked.length === 0 ? known : known.filter((id) => asked.includes(id)),
    size: short ? 'short' : long ? 'long' : 'normal',
    rounds,
    window: short ? SHORT_WINDOW : WINDOW,
    check,
    peers,
    profile,
    json,
  };
};

const compareCommand = (files: readonly string[], all: boolean): Command | string => {
  const [before, after] = files;
  return before === undefined || after === undefined || files.length > 2
    ? 'compare takes two result files: compare BEFORE.json AFTER.json'
    : { kind: 'compare', before, after, all };
};
