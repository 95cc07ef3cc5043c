import { parseArgs } from 'node:util';

/** How one run of the bench goes. */
export interface BenchOptions {
  readonly short: boolean;
  /** Whether a missed goal makes the run fail. */
  readonly check: boolean;
  /** Where the numbers are written as JSON, if anywhere. */
  readonly json: string | undefined;
  readonly sync: 'always' | '2m';
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly saves: number;
  readonly evaluations: number;
  /** How long the memory measurement keeps `edict up` under load. */
  readonly memoryLoadMs: number;
}

export const USAGE = `usage: npm run bench -- [--short] [--check] [--json FILE] [--sync always|2m]
  --short        under a minute, for a first impression
  --check        exit 1 when a ratio of this run misses its goal
  --json FILE    also write the numbers to FILE
  --sync WHEN    when the server calls fsync: before each acknowledgement, or every 2 minutes (default)`;

/** Reads the command line; a text instead of options says what is wrong with it. */
export const parseOptions = (args: readonly string[]): BenchOptions | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        json: { type: 'string' },
        sync: { type: 'string', default: '2m' },
      },
    });
    if (values.sync !== 'always' && values.sync !== '2m') return `--sync is ${values.sync}: always or 2m`;
    const size = values.short
      ? { rounds: 2, warmUpMs: 400, windowMs: 1_000, saves: 100, evaluations: 50_000, memoryLoadMs: 4_000 }
      : {
          rounds: 5,
          warmUpMs: 1_000,
          windowMs: 4_000,
          saves: 500,
          evaluations: 500_000,
          memoryLoadMs: 150_000,
        };
    return { short: values.short, check: values.check, json: values.json, sync: values.sync, ...size };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
