import { column, cpuColumn, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row } from '../measure/sample.ts';
import { spreadOf } from '../measure/statistics.ts';
import { loadVariant, withRigs } from '../rig/rig.ts';
import { roundsOf, type Scenario } from './scenario.ts';
import { benchPolicies, VERDICTS } from './verdict-rounds.ts';

const nameOf = (workers: number): string => `${workers} worker${workers === 1 ? '' : 's'}`;

export const p11: Scenario = {
  id: 'P11',
  title: 'durable verdicts with several worker processes, 256 in flight',
  measure: (context) =>
    withRigs(
      context,
      (context.size === 'short' ? [1, 2] : [1, 2, 4]).map((enforcers) => ({
        policies: benchPolicies,
        enforcers,
      })),
      async (...rigs) => {
        const variants: Variant[] = [];
        for (const rig of rigs) {
          const workers = rig.enforcers.length;
          variants.push(
            await loadVariant(context, rig, VERDICTS, {
              name: nameOf(workers),
              reference: workers === 1,
              workers,
            }),
          );
        }
        const rows = await measureRounds(roundsOf(context), variants);
        const goal = { name: 'rate: 2 workers / 1', bound: 1, direction: 'at least' } as const;
        return {
          rows,
          goals: [ratioGoal(goal, rowOf(rows, nameOf(2)), rowOf(rows, nameOf(1)), column('perSecond'))],
          notes: rows.map(limitOf),
        };
      },
    ),
};

/** How busy each process was: the one near 1 is the limit, or all of them together near the number of processors. */
const limitOf = ({ name, samples }: Row): string => {
  const shareOf = (of: (sample: Row['samples'][number]) => number): string =>
    spreadOf(
      samples.map((sample) => (of(sample) * (sample.metrics.perSecond ?? Number.NaN)) / 1e6),
    ).median.toFixed(2);
  const roles = Object.keys(samples[0]?.cpuMicros ?? {});
  const parts = roles.map((role) => `${role} ${shareOf((sample) => sample.cpuMicros[role] ?? 0)}`);
  return `${name}: processors busy with ${parts.join(', ')}; together ${shareOf(cpuColumn)}`;
};
