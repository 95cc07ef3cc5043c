import { type Goal, goalsOf, isMet, type Measurements } from './goals.ts';
import { LOAD_NAMES } from './modes.ts';
import { type ModeSummary, totalCpu } from './summary.ts';

const ROLES = ['server', 'worker', 'requester'] as const;

/** The numbers of a run as a person reads them. */
export const report = (header: readonly string[], measurements: Measurements): string =>
  [
    ...header,
    '',
    ...modeTable(measurements.modes),
    '',
    ...goalTable(goalsOf(measurements)),
    ...noiseLine(measurements.modes),
  ].join('\n');

const modeTable = (modes: readonly ModeSummary[]): string[] => {
  const heading = [
    'load',
    'in flight',
    'op/s',
    'p50 ms',
    'p99 ms',
    ...ROLES.map((role) => `${role} µs`),
    'all µs',
    'failed',
  ];
  const rows = modes.map((mode) => [
    LOAD_NAMES[mode.load],
    String(mode.inFlight),
    Math.round(mode.perSecond).toLocaleString('en'),
    mode.p50Ms.toFixed(2),
    mode.p99Ms.toFixed(2),
    ...ROLES.map((role) => (mode.cpuMicros[role] ?? 0).toFixed(1)),
    totalCpu(mode).toFixed(1),
    String(mode.failures),
  ]);
  return align([heading, ...rows]);
};

const goalTable = (goals: readonly Goal[]): string[] =>
  align([
    ['goal', 'measured', 'wanted', ''],
    ...goals.map((goal) => [
      goal.name,
      `${goal.value.toFixed(goal.unit === 'failures' ? 0 : 2)} ${goal.unit}`,
      `${goal.direction} ${goal.bound} ${goal.unit}`,
      isMet(goal) ? 'met' : 'MISSED',
    ]),
  ]);

/** Above this share of one processor, others disturb what is measured. */
const NOTABLE_NOISE = 0.05;

const noiseLine = (modes: readonly ModeSummary[]): string[] => {
  const noise = Math.max(0, ...modes.map((mode) => mode.noise));
  return noise > NOTABLE_NOISE
    ? ['', `Others used up to ${noise.toFixed(2)} of a processor meanwhile: trust the ratios, not the rates.`]
    : [];
};

/** The first column to the left, numbers to the right. */
const align = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
};
