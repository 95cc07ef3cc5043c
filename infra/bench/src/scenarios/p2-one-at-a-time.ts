import { column, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds } from '../measure/rounds.ts';
import { loadVariant, withRigs } from '../rig/rig.ts';
import type { Scenario } from './scenario.ts';
import { benchPolicies, ROWS, VERDICTS } from './verdict-rounds.ts';

export const p2: Scenario = {
  id: 'P2',
  title: 'durable verdicts, one at a time',
  measure: (context) =>
    withRigs(context, [{ policies: benchPolicies }], async (rig) => {
      const rows = await measureRounds(context.rounds, [
        await loadVariant(
          context,
          rig,
          { kind: 'stock-echo' },
          { name: ROWS.stock, inFlight: 1, reference: true },
        ),
        await loadVariant(context, rig, VERDICTS, { name: ROWS.verdict, inFlight: 1 }),
        await loadVariant(context, rig, { kind: 'thin-echo' }, { name: ROWS.thin, inFlight: 1 }),
        await loadVariant(context, rig, { kind: 'published' }, { name: ROWS.published, inFlight: 1 }),
      ]);
      const goal = { name: 'p50: verdict / stock echo', bound: 1.7, direction: 'at most' } as const;
      return {
        rows,
        goals: [ratioGoal(goal, rowOf(rows, ROWS.verdict), rowOf(rows, ROWS.stock), column('p50Ms'))],
      };
    }),
};
