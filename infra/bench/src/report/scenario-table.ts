import { type Goal, isMet } from '../measure/goals.ts';
import { isNoisy, METRIC_NAMES, METRICS, type Row, totalCpu } from '../measure/sample.ts';
import { spreadOf } from '../measure/statistics.ts';
import { align, formatNumber } from './table.ts';

/** A row per line: medians, for the first measure with its quartiles, and what disturbed it. Rows with other columns begin another table. */
export const rowTables = (rows: readonly Row[]): string[] => {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && metricsOf(group).join() === metricsOf([row]).join()) group.push(row);
    else groups.push([row]);
  }
  return groups.flatMap((group, index) => [...(index > 0 ? [''] : []), ...rowTable(group)]);
};

/** Why answers were not the wanted ones, row by row. */
export const failureLines = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ name, samples }) => {
    const counts = new Map<string, number>();
    for (const { reasons = {} } of samples) {
      for (const [reason, count] of Object.entries(reasons))
        counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    const list = [...counts].map(([reason, count]) => `${count.toLocaleString('en')} × ${reason}`);
    return list.length === 0 ? [] : [`failed: ${name}: ${list.join(', ')}`];
  });

const metricsOf = (rows: readonly Row[]) => {
  const samples = rows.flatMap((row) => row.samples);
  return METRIC_NAMES.filter((name) => samples.some((sample) => sample.metrics[name] !== undefined));
};

const rowTable = (rows: readonly Row[]): string[] => {
  const samples = rows.flatMap((row) => row.samples);
  const metrics = metricsOf(rows);
  const roles = [...new Set(samples.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  const [first] = metrics;
  const heading = [
    '',
    ...metrics.flatMap((name) => [METRICS[name].label, ...(name === first ? ['quartiles'] : [])]),
    ...roles.map((role) => `${role} µs`),
    ...(roles.length > 1 ? ['all µs'] : []),
    'failed',
    'noise',
    'noisy',
  ];
  const cells = (row: Row): string[] => [
    `${row.name}${row.reference === true ? ' *' : ''}`,
    ...metrics.flatMap((name) => {
      const { digits } = METRICS[name];
      const { low, median, high } = spreadOf(row.samples.map((sample) => sample.metrics[name] ?? Number.NaN));
      const quartiles = `${formatNumber(low, digits)}–${formatNumber(high, digits)}`;
      return [formatNumber(median, digits), ...(name === first ? [quartiles] : [])];
    }),
    ...roles.map((role) => cpuCell(row, ({ cpuMicros }) => cpuMicros[role] ?? Number.NaN)),
    ...(roles.length > 1 ? [cpuCell(row, totalCpu)] : []),
    String(row.samples.reduce((sum, { failures }) => sum + failures, 0)),
    formatNumber(spreadOf(row.samples.map(({ noise }) => noise)).median, 2),
    `${row.samples.filter(isNoisy).length}/${row.samples.length}`,
  ];
  return align([heading, ...rows.map(cells)]);
};

const cpuCell = (row: Row, of: (sample: Row['samples'][number]) => number): string => {
  const { median } = spreadOf(row.samples.map(of));
  return formatNumber(median, median < 1_000 ? 1 : 0);
};

export const goalTable = (goals: readonly Goal[]): string[] =>
  align([
    ['goal', 'measured', 'quartiles', 'wanted', ''],
    ...goals.map((goal) => {
      const { measured, unit, direction, bound } = goal;
      const digits = unit === 'failures' || Math.abs(bound) >= 100 ? 0 : 2;
      const written = (value: number): string => formatNumber(value, digits);
      return [
        goal.name,
        `${written(measured.median)} ${unit}`,
        `${written(measured.low)}–${written(measured.high)}`,
        `${direction} ${bound.toLocaleString('en')} ${unit}`,
        isMet(goal) ? 'met' : 'MISSED',
      ];
    }),
  ]);
