import { type Load, MODES, type Mode, modeKey } from './modes.ts';
import { median } from './statistics.ts';
import type { WindowResult } from './window.ts';

/** The medians over the rounds of one mode. */
export interface ModeSummary extends Mode, WindowResult {
  readonly rounds: number;
}

/** Medians per mode, column by column; failures are summed, because one is too many. */
export const summarise = (windows: ReadonlyMap<string, readonly WindowResult[]>): ModeSummary[] =>
  MODES.flatMap((mode) => {
    const results = windows.get(modeKey(mode)) ?? [];
    return results.length === 0 ? [] : [summariseMode(mode, results)];
  });

const summariseMode = (mode: Mode, results: readonly WindowResult[]): ModeSummary => {
  const of = (column: (result: WindowResult) => number): number => median(results.map(column));
  const roles = Object.keys(results[0]?.cpuMicros ?? {});
  return {
    ...mode,
    rounds: results.length,
    operations: results.reduce((sum, { operations }) => sum + operations, 0),
    failures: results.reduce((sum, { failures }) => sum + failures, 0),
    perSecond: of((result) => result.perSecond),
    p50Ms: of((result) => result.p50Ms),
    p99Ms: of((result) => result.p99Ms),
    cpuMicros: Object.fromEntries(roles.map((role) => [role, of((result) => result.cpuMicros[role] ?? 0)])),
    noise: of((result) => result.noise),
  };
};

export const find = (modes: readonly ModeSummary[], load: Load, inFlight: number): ModeSummary | undefined =>
  modes.find((mode) => mode.load === load && mode.inFlight === inFlight);

/** Processor microseconds per operation, all processes together. */
export const totalCpu = (mode: ModeSummary): number =>
  Object.values(mode.cpuMicros).reduce((sum, micros) => sum + micros, 0);
