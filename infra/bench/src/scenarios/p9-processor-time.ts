import { cpuColumn, ratioGoal, rowOf } from '../measure/goals.ts';
import type { Scenario } from './scenario.ts';
import { ROWS, verdictRounds } from './verdict-rounds.ts';

export const p9: Scenario = {
  id: 'P9',
  title: 'processor time per durable verdict: server, worker and requester (the windows of P1)',
  measure: async (context) => {
    const all = await verdictRounds(context);
    const rows = [ROWS.stock, ROWS.verdict, ROWS.projected].map((name) => rowOf(all, name));
    const echo = rowOf(rows, ROWS.stock);
    return {
      rows,
      goals: [
        ratioGoal(
          { name: 'CPU: verdict / stock echo', bound: 1.1, direction: 'at most' },
          rowOf(rows, ROWS.verdict),
          echo,
          cpuColumn,
        ),
        ratioGoal(
          { name: 'CPU: projector / stock echo', bound: 0.3, direction: 'at most' },
          rowOf(rows, ROWS.projected),
          echo,
          // Of the echo all processes, of the verdicts the projector alone.
          (sample) => sample.cpuMicros['projector'] ?? cpuColumn(sample),
        ),
      ],
    };
  },
};
