import { cpuColumn, rowOf, valueGoal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';
import { REPLAY_ROWS, type ReplayInput } from '../tasks/replay.ts';
import { runTask } from '../tasks/run-task.ts';
import type { Scenario } from './scenario.ts';

export const p6: Scenario = {
  id: 'P6',
  title: 'replay of recorded verdicts, derived again and compared',
  measure: async ({ size, rounds }) => {
    const verdicts = size === 'short' ? 30_000 : 100_000;
    const rows = await runTask<ReplayInput, readonly Row[]>('replay', { verdicts, rounds });
    const goal = {
      name: 'derived again per second of a processor',
      bound: 200_000,
      direction: 'at least',
      unit: '/s',
    };
    return {
      rows,
      goals: [
        valueGoal(
          goal as typeof goal & { direction: 'at least'; unit: '/s' },
          rowOf(rows, REPLAY_ROWS.plain),
          (sample) => 1e6 / cpuColumn(sample),
        ),
      ],
      notes: [
        `${verdicts.toLocaleString('en')} verdicts under 1,000 rules, recorded at 256 in flight; the work of edict history replay, without the bus.`,
      ],
    };
  },
};
