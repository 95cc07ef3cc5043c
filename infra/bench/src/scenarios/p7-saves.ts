import { column, valueGoal } from '../measure/goals.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Sample } from '../measure/sample.ts';
import { percentile } from '../measure/statistics.ts';
import { watchUsage } from '../measure/usage.ts';
import { type Rig, withRigs } from '../rig/rig.ts';
import { manyRules, openDocument } from '../workload/traffic.ts';
import type { Scenario } from './scenario.ts';

const FEW = 'save of 1 rule beside 10';
const MANY = 'save of 1 rule beside 10,000';
const LARGE = 'save of 10,000 rules';
const ASKED = 'the same questions, nothing saved';

export const p7: Scenario = {
  id: 'P7',
  title: 'from the acknowledgement of a save until every worker enforces it, three workers',
  measure: (context) =>
    withRigs(
      context,
      [
        {
          enforcers: 3,
          policies: new Map([
            ['few', [openDocument(), manyRules(8)]],
            ['many', [openDocument(), manyRules(9_998)]],
            ['large', [openDocument()]],
          ]),
        },
      ],
      async (rig) => {
        const count = context.size === 'short' ? 30 : 200;
        const asked: Sample[] = [];
        const variant = (name: string, workspace: string, rules: number, saves: number): Variant => ({
          name,
          sample: async () => {
            const { saved, questions } = await sampleSaves(rig, { workspace, count: saves, rules });
            if (workspace === 'few') asked.push(questions);
            return saved;
          },
        });
        const variants = [
          variant(FEW, 'few', 1, count),
          variant(MANY, 'many', 1, count),
          variant(LARGE, 'large', 10_000, Math.ceil(count / 10)),
        ];
        for (const { sample } of variants) await sample();
        asked.length = 0;
        const rows = await measureRounds(context.rounds, variants);
        const bounds = rows
          .slice(0, 2)
          .flatMap((row) => [
            valueGoal(
              { name: `p50: ${row.name}`, bound: 3, direction: 'at most', unit: 'ms' },
              row,
              column('p50Ms'),
            ),
            valueGoal(
              { name: `p99: ${row.name}`, bound: 10, direction: 'at most', unit: 'ms' },
              row,
              column('p99Ms'),
            ),
          ]);
        return {
          rows: [{ name: ASKED, reference: true, samples: asked }, ...rows],
          goals: bounds,
          notes: [
            'Time until one verdict of each of the 8 partitions, asked for together, has come back under the new revision.',
          ],
        };
      },
    ),
};

const sampleSaves = async (
  rig: Rig,
  order: { readonly workspace: string; readonly count: number; readonly rules: number },
): Promise<{ readonly saved: Sample; readonly questions: Sample }> => {
  const used = watchUsage(rig.pids({ kind: 'verdict', workspace: order.workspace }));
  const answer = await rig.requester.order({ kind: 'saves', ...order });
  if (answer.kind !== 'saves') throw new Error(`the requester answered ${answer.kind} to saves`);
  const { noise } = used(order.count);
  const sample = (values: readonly number[]): Sample => {
    const sorted = Float64Array.from(values).sort();
    const metrics = { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
    // Saves and questions take turns, so the processor time of either cannot be told.
    return { operations: sorted.length, failures: 0, metrics, cpuMicros: {}, noise };
  };
  return { saved: sample(answer.elapsedMs), questions: sample(answer.askedMs) };
};
