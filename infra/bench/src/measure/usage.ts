import { machineMicros, processMicros } from './processor-time.ts';
import type { Sample } from './sample.ts';

/** Processor time so far: of some processes, of the machine, and what its host kept. */
interface Reading {
  readonly at: number;
  readonly byRole: Readonly<Record<string, number>>;
  readonly busy: number;
  readonly stolen: number;
}

/** Process ids by what they do; those of one role are added up. */
export type Pids = Readonly<Record<string, number | readonly number[]>>;

/** What was used between now and the call of the result, per operation. */
export const watchUsage = (
  pids: Pids,
): ((operations: number) => Pick<Sample, 'cpuMicros' | 'noise'> & { readonly seconds: number }) => {
  const before = read(pids);
  return (operations) => {
    const after = read(pids);
    const seconds = (after.at - before.at) / 1000;
    const used = Object.entries(after.byRole).map(
      ([role, micros]) => [role, micros - (before.byRole[role] ?? 0)] as const,
    );
    const ours = used.reduce((sum, [, micros]) => sum + micros, 0);
    const others = after.busy - before.busy - ours + (after.stolen - before.stolen);
    return {
      seconds,
      cpuMicros: Object.fromEntries(used.map(([role, micros]) => [role, micros / operations])),
      noise: Math.max(0, others / 1e6 / seconds),
    };
  };
};

const read = (pids: Pids): Reading => ({
  at: performance.now(),
  byRole: Object.fromEntries(
    Object.entries(pids).map(([role, ids]) => [
      role,
      [ids].flat().reduce((sum, pid) => sum + processMicros(pid), 0),
    ]),
  ),
  ...machineMicros(),
});
