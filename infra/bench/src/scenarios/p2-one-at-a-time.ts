import { column, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds } from '../measure/rounds.ts';
import type { Load } from '../rig/messages.ts';
import { loadVariant, measureWindow, withRigs } from '../rig/rig.ts';
import type { Scenario } from './scenario.ts';
import { benchPolicies, ROWS, VERDICTS } from './verdict-rounds.ts';

const WARM_UP = { inFlight: 256, warmUpMs: 0, windowMs: 1_500 };

export const p2: Scenario = {
  id: 'P2',
  title: 'durable verdicts, one at a time',
  measure: (context) =>
    withRigs(context, [{ policies: benchPolicies }], async (rig) => {
      // One at a time, V8 would still be compiling what it runs when the last round is over.
      for (const load of [{ kind: 'stock-echo' } as const, VERDICTS]) await measureWindow(rig, load, WARM_UP);
      const row = (load: Load, name: string, reference = false) =>
        loadVariant(context, rig, load, { name, inFlight: 1, reference });
      const variants = [
        await row({ kind: 'stock-echo' }, ROWS.stock, true),
        await row(VERDICTS, ROWS.verdict),
      ];
      // What no goal asks for takes half of the time.
      if (context.size !== 'short') {
        variants.push(
          await row({ kind: 'thin-echo' }, ROWS.thin),
          await row({ kind: 'published' }, ROWS.published),
        );
      }
      const rows = await measureRounds(context.rounds, variants);
      const goal = { name: 'p50: verdict / stock echo', bound: 1.7, direction: 'at most' } as const;
      return {
        rows,
        goals: [ratioGoal(goal, rowOf(rows, ROWS.verdict), rowOf(rows, ROWS.stock), column('p50Ms'))],
      };
    }),
};
