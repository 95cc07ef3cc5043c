import { column, ratioGoal, rowOf } from '../measure/goals.ts';
import { notesOf } from '../peers/install.ts';
import { installOpa } from '../peers/opa/server.ts';
import type { Scenario } from './scenario.ts';
import { ROWS, verdictRounds } from './verdict-rounds.ts';

const OPA_NOTE =
  'OPA has the same rules as data and is asked over 64 kept connections; what else is in flight waits for one of them.';

export const p1: Scenario = {
  id: 'P1',
  title: 'durable verdicts through the SDK, 256 in flight, fsync every 2 minutes',
  measure: async (context) => {
    const rows = await verdictRounds(context);
    const echo = rowOf(rows, ROWS.stock);
    const rate = (name: string, row: string, bound: number) =>
      ratioGoal({ name, bound, direction: 'at least' }, rowOf(rows, row), echo, column('perSecond'));
    return {
      rows,
      goals: [
        rate('rate: verdict / stock echo', ROWS.verdict, 1.2),
        rate('rate: verdict with the projector / stock echo', ROWS.projected, 0.9),
      ],
      notes: [
        '1,000 guardrail rules, 64 agents on 8 partitions, one worker; a window ends when the projector has caught up.',
        ...(context.peers ? notesOf(await installOpa(context), OPA_NOTE) : []),
      ],
    };
  },
};
