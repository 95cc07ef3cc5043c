import { describe, expect, test } from 'vitest';
import { parseCommand } from '../options.ts';
import { goalTable, rowTables } from './scenario-table.ts';

const sample = (perSecond: number, noise: number) => ({
  operations: 1,
  failures: 1,
  metrics: { perSecond },
  cpuMicros: { server: 7, worker: 3 },
  noise,
});

describe('the table of a scenario', () => {
  test('has medians with quartiles, processor time of each process and of all, failures, and the noise', () => {
    const rows = [
      { name: 'echo', reference: true, samples: [sample(1_000, 0), sample(3_000, 0.5), sample(2_000, 0.02)] },
    ];
    const [heading = '', line = ''] = rowTables(rows);
    expect(heading.trim().split(/ {2,}/)).toEqual([
      'op/s',
      'quartiles',
      'server µs',
      'worker µs',
      'all µs',
      'failed',
      'noise',
      'noisy',
    ]);
    expect(line.split(/ {2,}/)).toEqual([
      'echo *',
      '2,000',
      '1,500–2,500',
      '7.0',
      '3.0',
      '10.0',
      '3',
      '0.02',
      '1/3',
    ]);
  });

  test('a goal says what was measured, what is wanted, and whether that is met', () => {
    const measured = { low: 0.9, median: 1, high: 1.1 };
    const goal = { name: 'rate', measured, bound: 1.2, direction: 'at least', unit: '×' } as const;
    expect(goalTable([goal])[1]?.split(/ {2,}/)).toEqual([
      'rate',
      '1.00 ×',
      '0.90–1.10',
      'at least 1.2 ×',
      'MISSED',
    ]);
  });
});

describe('the command line', () => {
  test('runs everything when no scenario is named, and the named ones in the order of the list', () => {
    expect(parseCommand([])).toMatchObject({ kind: 'run', size: 'normal', rounds: 5 });
    expect(parseCommand(['p6', 'P4', '--rounds', '9'])).toMatchObject({ scenarios: ['P4', 'P6'], rounds: 9 });
  });

  test.each([
    [['P13'], 'there is no scenario P13'],
    [['--rounds', '0'], '--rounds is 0'],
    [['--short', '--long'], 'exclude each other'],
    [['compare', 'a.json'], 'two result files'],
    [['--fast'], '--fast'],
  ])('%j says what is wrong', (args, message) => {
    expect(parseCommand(args)).toContain(message);
  });
});
