import { column, type Goal, ratioGoal, rowOf, valueGoal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';
import { measureEvaluators } from '../peers/measure-evaluators.ts';
import { type EvaluateInput, rowName } from '../tasks/evaluate.ts';
import { runTask } from '../tasks/run-task.ts';
import { RULE_SETS, TWENTY_MATCHES } from '../workload/rules/rule-sets.ts';
import type { Scenario } from './scenario.ts';

const SIZES = [10, 1_000, 100_000];

export const p4: Scenario = {
  id: 'P4',
  title: 'evaluation in one process, with every reason: 10 to 100,000 rules of each kind',
  measure: async (context) => {
    const { rounds, size, say } = context;
    const evaluations = size === 'short' ? 10_000 : 100_000;
    // In short, the steps between would only repeat what the ends say.
    const sizes = size === 'short' ? [10, 10_000] : SIZES;
    const rows: Row[] = [];
    for (const { name } of RULE_SETS) {
      say(`    ${name}`);
      rows.push(
        ...(await runTask<EvaluateInput, readonly Row[]>('evaluate', {
          set: name,
          sizes,
          rounds,
          evaluations,
        })),
      );
    }
    const largest = sizes.at(-1) ?? 0;
    const { rows: peers, notes = [] } = context.peers ? await measureEvaluators(context) : { rows: [] };
    return {
      rows: [...rows, ...peers],
      goals: RULE_SETS.flatMap(({ name }) => goalsOf(name, rows, sizes[0] ?? 0, largest)),
      notes: [
        'Of four requests two are allowed, one is blocked, one is matched by nothing. Half of the rules allow, half block.',
        ...(size === 'short' ? ['Short runs end at 10,000 rules; the goals are about 100,000.'] : []),
        ...notes,
      ],
    };
  },
};

const goalsOf = (set: string, rows: readonly Row[], smallest: number, largest: number): Goal[] => {
  const last = rowOf(rows, rowName(set, largest));
  const first = rowOf(rows, rowName(set, smallest));
  const p50 = column('p50Micros');
  const bound = set === TWENTY_MATCHES ? 5 : 2;
  return [
    valueGoal({ name: `p50: ${last.name}`, bound, direction: 'at most', unit: 'µs' }, last, p50),
    ratioGoal(
      { name: `p50: ${last.name} / ${smallest}`, bound: 1.5, direction: 'at most' },
      last,
      first,
      p50,
    ),
  ];
};
