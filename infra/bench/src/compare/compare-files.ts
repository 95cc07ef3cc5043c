import type { Command } from '../options.ts';
import { type Header, readResult } from '../report/result-file.ts';
import { align, formatNumber } from '../report/table.ts';
import { type Change, compareResults } from './compare-results.ts';

/** Prints what changed between two runs beyond the noise; gives the exit code. */
export const compareFiles = async ({
  before,
  after,
  all,
}: Extract<Command, { kind: 'compare' }>): Promise<number> => {
  const [a, b] = await Promise.all([readResult(before), readResult(after)]);
  const changes = compareResults(a, b);
  console.log([...differencesOf(a.header, b.header), ...changeLines(changes, all)].join('\n'));
  return 0;
};

/** A comparison of two machines says little about the code. */
const SAME: readonly (keyof Header)[] = ['cpu', 'cpus', 'system', 'node', 'natsServer', 'size', 'windowMs'];

const differencesOf = (before: Header, after: Header): string[] => [
  `before  ${before.at}  ${before.commit}`,
  `after   ${after.at}  ${after.commit}`,
  ...SAME.filter((key) => before[key] !== after[key]).map(
    (key) => `not the same ${key}: ${before[key]}, then ${after[key]}`,
  ),
];

export const changeLines = (changes: readonly Change[], all: boolean): string[] => {
  if (changes.length === 0) return ['', 'The two runs have no row in common.'];
  const shown = all ? changes : changes.filter(({ beyondNoise }) => beyondNoise);
  const within = `${changes.filter(({ beyondNoise }) => !beyondNoise).length} of ${changes.length} figures changed by less than the spread of their rounds, or have fewer than three rounds.`;
  if (shown.length === 0) return ['', within];
  return [
    '',
    ...align([['what', 'before', 'quartiles', 'after', 'quartiles', 'change', ''], ...shown.map(cells)]),
    '',
    within,
    ...(shown.some(({ noisy }) => noisy) ? ['~  most of its windows were disturbed by other processes'] : []),
  ];
};

const cells = ({ scenario, row, column, digits, before, after, share, ...change }: Change): string[] => [
  `${scenario} ${row}: ${column}${change.noisy ? ' ~' : ''}`,
  formatNumber(before.median, digits),
  `${formatNumber(before.low, digits)}–${formatNumber(before.high, digits)}`,
  formatNumber(after.median, digits),
  `${formatNumber(after.low, digits)}–${formatNumber(after.high, digits)}`,
  `${share > 0 ? '+' : ''}${formatNumber(share * 100, 1)} %`,
  change.beyondNoise ? change.verdict : 'within the noise',
];
