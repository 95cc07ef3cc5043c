import { parseArgs } from 'node:util';

/** How one run of the faults goes. */
export interface FaultOptions {
  readonly list: boolean;
  /** Names of cases; all when empty. */
  readonly cases: readonly string[];
  readonly rounds: number;
  /** Random rounds until this many minutes are over; absent: every case, `rounds` times. */
  readonly minutes: number | undefined;
  readonly seed: number;
  /** Messages of a case that sends its own, such as poison. */
  readonly messages: number;
  /** How long a case that floods goes on; absent: as long as it takes to see something. */
  readonly seconds: number | undefined;
  readonly brief: boolean;
  /** Where the results are written as JSON, if anywhere. */
  readonly json: string | undefined;
}

export const USAGE = `usage: npm run faults -- [--list] [--case NAME]... [--rounds N | --minutes N] [--seed N] [--cases N] [--seconds N] [--brief] [--json FILE]
  --list         name the cases and what each does
  --case NAME    only this case; may be given several times
  --rounds N     each case N times (1)
  --minutes N    random cases until N minutes are over, such as 0.5; the case that is under way is played to its end
  --seed N       what random moments are drawn from; printed, so that a run can be repeated
  --cases N      how many messages the poison case sends (2000)
  --seconds N    how long double-load goes on (20)
  --brief        shorter rounds, for a first impression
  --json FILE    also write the results to FILE`;

/** Reads the command line; a text instead of options says what is wrong with it. */
export const parseOptions = (args: readonly string[], freshSeed: number): FaultOptions | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        list: { type: 'boolean', default: false },
        case: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        cases: { type: 'string' },
        seconds: { type: 'string' },
        brief: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
    if (values.rounds !== undefined && values.minutes !== undefined) {
      return '--rounds and --minutes exclude each other';
    }
    return {
      list: values.list,
      cases: values.case,
      rounds: positive('rounds', values.rounds) ?? 1,
      minutes: someMinutes(values.minutes),
      seed: positive('seed', values.seed) ?? freshSeed,
      messages: positive('cases', values.cases) ?? 2_000,
      seconds: positive('seconds', values.seconds),
      brief: values.brief,
      json: values.json,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const positive = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is ${text}: a whole number of at least 1`);
};

const someMinutes = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,6}(\.\d{1,6})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new Error(`--minutes is ${text}: a number above 0, such as 5 or 0.5`);
};
