import { column, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds } from '../measure/rounds.ts';
import { loadVariant, withRigs } from '../rig/rig.ts';
import type { Scenario } from './scenario.ts';
import { benchPolicies, ROWS, VERDICTS } from './verdict-rounds.ts';

const SIGNAL = 'signal into a session';

export const p5: Scenario = {
  id: 'P5',
  title: 'signals into sessions through the SDK, 1,000 sessions open, 256 in flight',
  measure: (context) =>
    withRigs(context, [{ policies: benchPolicies, services: ['aggregator'] }], async (rig) => {
      const sessions = context.size === 'short' ? 200 : 1_000;
      await rig.requester.order({ kind: 'open-sessions', count: sessions });
      const rows = await measureRounds(context.rounds, [
        await loadVariant(context, rig, VERDICTS, { name: ROWS.verdict, reference: true }),
        await loadVariant(context, rig, { kind: 'signal', sessions }, { name: SIGNAL }),
        await loadVariant(context, rig, { kind: 'stock-echo' }, { name: ROWS.stock }),
      ]);
      const goal = { name: 'rate: signal / verdict', bound: 0.8, direction: 'at least' } as const;
      return {
        rows,
        goals: [ratioGoal(goal, rowOf(rows, SIGNAL), rowOf(rows, ROWS.verdict), column('perSecond'))],
        notes: [
          `${sessions.toLocaleString('en')} sessions of four participants; each signal is an evaluation that its session takes and keeps.`,
          'macp-runtime is not measured here.',
        ],
      };
    }),
};
