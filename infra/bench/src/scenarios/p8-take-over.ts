import { column, rowOf, valueGoal } from '../measure/goals.ts';
import type { Row } from '../measure/sample.ts';
import { firstDecision, startService } from '../rig/deployment.ts';
import { type Rig, withRigs } from '../rig/rig.ts';
import { runTask } from '../tasks/run-task.ts';
import type { TakeOverInput } from '../tasks/take-over.ts';
import { BUDGET_WORKSPACE, budgetDocument, guardrailDocuments } from '../workload/traffic.ts';
import type { BenchContext, Scenario } from './scenario.ts';

/** A partition remembers a million ids, some of them twice: those that lately came to an end. */
const VERDICTS = { short: 10_000, normal: 100_000, long: 950_000 } as const;
const RESERVE_SECONDS = 1;
/** So that even a short run has a checkpoint to begin at. */
const CHECKPOINT_COMMITS = '200';

const ROWS = {
  whole: 'from the first commit on',
  killed: 'the owner before was killed',
  ended: 'the owner before ended in order',
} as const;

export const p8: Scenario = {
  id: 'P8',
  title: 'take-over of a partition with many verdicts behind it, from the claim to the first decision',
  measure: (context) => {
    const settings = {
      EDICT_PARTITIONS: '1',
      ...(context.size === 'short' && { EDICT_CHECKPOINT_COMMITS: CHECKPOINT_COMMITS }),
    };
    const policies = new Map([
      [BUDGET_WORKSPACE, [...guardrailDocuments(), budgetDocument(RESERVE_SECONDS)]],
    ]);
    return withRigs(context, [{ policies, settings }], (rig) => measureTakeOver(context, rig, settings));
  },
};

const measureTakeOver = async (
  { size, rounds, say }: BenchContext,
  { server, requester, enforcers }: Rig,
  settings: Readonly<Record<string, string>>,
) => {
  const takeOver = (...rows: TakeOverInput['rows']) =>
    runTask<TakeOverInput, readonly Row[]>('take-over', {
      url: server.url,
      server: server.pid,
      rounds,
      rows,
    });

  const verdicts = VERDICTS[size];
  say(`    recording ${verdicts.toLocaleString('en')} verdicts`);
  await requester.order({ kind: 'decide-many', workspace: BUDGET_WORKSPACE, count: verdicts });
  await Promise.all(enforcers.map((enforcer) => enforcer.kill()));
  const killed = await takeOver(
    { name: ROWS.whole, fromCheckpoint: false, reference: true },
    { name: ROWS.killed, fromCheckpoint: true },
  );
  // At an orderly end an owner leaves a checkpoint behind.
  const next = startService('enforcer', server.url, { settings });
  await firstDecision(server.url, BUDGET_WORKSPACE);
  await next.stop();
  const rows = [...killed, ...(await takeOver({ name: ROWS.ended, fromCheckpoint: true }))];
  const within = (name: string) =>
    valueGoal(
      { name, bound: 1_000, direction: 'at most', unit: 'ms' },
      rowOf(rows, name),
      column('elapsedMs'),
    );
  return {
    rows,
    goals: [within(ROWS.killed), within(ROWS.ended)],
    notes: [
      `${verdicts.toLocaleString('en')} verdicts with a budget in one partition. The goal is about 1,000,000 (--long).`,
    ],
  };
};
