import { column, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds } from '../measure/rounds.ts';
import { loadVariant, withRigs } from '../rig/rig.ts';
import type { Scenario } from './scenario.ts';
import { benchPolicies, VERDICTS } from './verdict-rounds.ts';

const LATER = 'fsync every 2 minutes';
const ALWAYS = 'fsync before each acknowledgement';

export const p3: Scenario = {
  id: 'P3',
  title: 'durable verdicts, fsync before each acknowledgement, 256 in flight',
  measure: (context) =>
    withRigs(
      context,
      [{ policies: benchPolicies }, { policies: benchPolicies, sync: 'always' }],
      async (later, always) => {
        const rows = await measureRounds(context.rounds, [
          await loadVariant(context, later, VERDICTS, { name: LATER, reference: true }),
          await loadVariant(context, always, VERDICTS, { name: ALWAYS }),
        ]);
        const goal = {
          name: 'rate: fsync always / every 2 minutes',
          bound: 0.7,
          direction: 'at least',
        } as const;
        return {
          rows,
          goals: [ratioGoal(goal, rowOf(rows, ALWAYS), rowOf(rows, LATER), column('perSecond'))],
          notes: ['What fsync costs is a matter of the disk under the folder of temporary files (TMPDIR).'],
        };
      },
    ),
};
