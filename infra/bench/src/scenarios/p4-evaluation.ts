import { column, type Goal, ratioGoal, rowOf, valueGoal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';
import { measureEvaluators } from '../peers/measure-evaluators.ts';
import { type DecideInput, limitsRow } from '../tasks/decide.ts';
import { type EvaluateInput, rowName } from '../tasks/evaluate.ts';
import { runTask } from '../tasks/run-task.ts';
import { RULE_SETS, TWENTY_MATCHES } from '../workload/rules/rule-sets.ts';
import type { Scenario } from './scenario.ts';

const SIZES = [10, 1_000, 100_000];

export const p4: Scenario = {
  id: 'P4',
  title: 'evaluation in one process, with every reason: 10 to 100,000 rules of each kind, as many limits',
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
    say('    limits');
    const limited = await runTask<DecideInput, readonly Row[]>('decide', {
      sizes,
      rounds,
      decisions: evaluations,
    });
    const [smallest = 0, largest = 0] = [sizes[0], sizes.at(-1)];
    const { rows: peers, notes = [] } = context.peers ? await measureEvaluators(context) : { rows: [] };
    return {
      rows: [...rows, ...limited, ...peers],
      goals: [
        ...RULE_SETS.flatMap(({ name }) =>
          goalsOf(
            rowOf(rows, rowName(name, largest)),
            rowOf(rows, rowName(name, smallest)),
            smallest,
            name === TWENTY_MATCHES ? 5 : 2,
          ),
        ),
        ...goalsOf(rowOf(limited, limitsRow(largest)), rowOf(limited, limitsRow(smallest)), smallest, 5),
      ],
      notes: [
        'Of four requests two are allowed, one is blocked, one is matched by nothing. Half of the rules allow, half block.',
        'Whole verdicts: under one rule and a document for each agent, of which one applies; the budget has been used before.',
        ...(size === 'short' ? ['Short runs end at 10,000 rules; the goals are about 100,000.'] : []),
        ...notes,
      ],
    };
  },
};

const goalsOf = (last: Row, first: Row, few: number, bound: number): Goal[] => {
  const p50 = column('p50Micros');
  return [
    valueGoal({ name: `p50: ${last.name}`, bound, direction: 'at most', unit: 'µs' }, last, p50),
    ratioGoal({ name: `p50: ${last.name} / ${few}`, bound: 1.5, direction: 'at most' }, last, first, p50),
  ];
};
