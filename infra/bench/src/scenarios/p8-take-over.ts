import { column, rowOf, valueGoal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';
import { type Rig, withRigs } from '../rig/rig.ts';
import { runTask } from '../tasks/run-task.ts';
import { TAKE_OVER_ROWS, type TakeOverInput } from '../tasks/take-over.ts';
import { BUDGET_WORKSPACE, budgetDocument, guardrailDocuments } from '../workload/traffic.ts';
import type { BenchContext, Scenario } from './scenario.ts';

/** A partition remembers a million ids, and the set-up has some of them. */
const VERDICTS = { short: 10_000, normal: 100_000, long: 999_000 } as const;
const RESERVE_SECONDS = 1;
/** So that even a short run has a checkpoint to begin at. */
const CHECKPOINT_COMMITS = '200';

export const p8: Scenario = {
  id: 'P8',
  title: 'take-over of a partition with many verdicts behind it, from the claim to the first decision',
  measure: (context) =>
    withRigs(
      context,
      [
        {
          policies: new Map([[BUDGET_WORKSPACE, [...guardrailDocuments(), budgetDocument(RESERVE_SECONDS)]]]),
          settings: {
            EDICT_PARTITIONS: '1',
            ...(context.size === 'short' && { EDICT_CHECKPOINT_COMMITS: CHECKPOINT_COMMITS }),
          },
        },
      ],
      (rig) => measureTakeOver(context, rig),
    ),
};

const measureTakeOver = async ({ size, rounds, say }: BenchContext, rig: Rig) => {
  const verdicts = VERDICTS[size];
  say(`    recording ${verdicts.toLocaleString('en')} verdicts`);
  await rig.requester.order({ kind: 'decide-many', workspace: BUDGET_WORKSPACE, count: verdicts });
  // At an orderly end an owner leaves a checkpoint behind.
  await Promise.all(rig.enforcers.map((enforcer) => enforcer.stop()));
  const { server } = rig;
  const rows = await runTask<TakeOverInput, readonly Row[]>('take-over', {
    url: server.url,
    server: server.pid,
    rounds,
  });
  const row = rowOf(rows, TAKE_OVER_ROWS.checkpoint);
  const name = 'from the newest checkpoint on';
  return {
    rows,
    goals: [valueGoal({ name, bound: 1_000, direction: 'at most', unit: 'ms' }, row, column('elapsedMs'))],
    notes: [
      `${verdicts.toLocaleString('en')} verdicts with a budget in one partition; the owner before ended in order. The goal is about 1,000,000 (--long).`,
      'Without a checkpoint is what the first 20,000 commits of a partition cost after a kill.',
    ],
  };
};
