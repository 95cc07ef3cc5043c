import type { FaultCounts } from './fault-case.ts';
import type { Result } from './run-faults.ts';

const COLUMNS: readonly (readonly [keyof FaultCounts, string])[] = [
  ['faults', 'faults'],
  ['sent', 'sent'],
  ['answered', 'answered'],
  ['found', 'found'],
  ['lost', 'lost'],
  ['doubled', 'doubled'],
  ['unrecorded', 'unrecorded'],
  ['overAdmitted', 'over-admitted'],
];
const NAME_WIDTH = 24;
const EVIDENCE = 3;
const SHOWN = 4;

const cells = (values: readonly string[]): string =>
  values.map((value, i) => value.padStart((COLUMNS[i]?.[1].length ?? 0) + 2)).join('');

export const headerLine = (): string =>
  `${'case'.padEnd(NAME_WIDTH)}${cells(COLUMNS.map(([, title]) => title))}  other  seconds`;

export const resultLine = ({ case: name, counts, violations, seconds }: Result): string => {
  const { lost, doubled, unrecorded, overAdmitted } = counts;
  const other = violations.length - lost - doubled - unrecorded - overAdmitted;
  const numbers = cells(COLUMNS.map(([column]) => String(counts[column])));
  return `${name.padEnd(NAME_WIDTH)}${numbers}${String(other).padStart(7)}${String(seconds).padStart(9)}`;
};

/** What all rounds of each case add up to. */
export const totalLines = (results: readonly Result[]): string[] => [
  '',
  headerLine(),
  ...[...Map.groupBy(results, (result) => result.case)].map(([name, rounds]) =>
    resultLine(rounds.map((each) => ({ ...each, case: `${name} ×${rounds.length}` })).reduce(sum)),
  ),
];

const sum = (one: Result, other: Result): Result => ({
  ...one,
  seconds: one.seconds + other.seconds,
  violations: [...one.violations, ...other.violations],
  counts: Object.fromEntries(
    COLUMNS.map(([column]) => [column, one.counts[column] + other.counts[column]]),
  ) as unknown as FaultCounts,
});

export const skippedLine = (name: string, why: string): string =>
  `${name.padEnd(NAME_WIDTH)}  skipped: ${why}`;

/** What broke a promise, with where to look; of many alike only the first. */
export const violationLines = ({ case: name, violations, seed }: Result): string[] => {
  const again = `--case ${name} --seed ${seed}`;
  return [...Map.groupBy(violations, ({ property }) => property)].flatMap(([property, alike]) => [
    ...alike
      .slice(0, SHOWN)
      .flatMap(({ sentence, evidence }) => [
        `  BROKEN ${property}: ${sentence}  (${again})`,
        ...evidence.slice(0, EVIDENCE).map((line) => `    ${line}`),
      ]),
    ...(alike.length > SHOWN ? [`  … and ${alike.length - SHOWN} more of ${property}`] : []),
  ]);
};
