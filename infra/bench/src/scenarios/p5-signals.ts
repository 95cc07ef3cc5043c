import { column, type Goal, ratioGoal, rowOf } from '../measure/goals.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row } from '../measure/sample.ts';
import { notesOf } from '../peers/install.ts';
import { installMacpRuntime } from '../peers/macp-runtime/server.ts';
import { MACP_ROWS, withMacpRuntime } from '../peers/macp-runtime/variants.ts';
import { loadVariant, type Rig, withRigs } from '../rig/rig.ts';
import type { BenchContext, Findings, Scenario } from './scenario.ts';
import { benchPolicies, ROWS, VERDICTS } from './verdict-rounds.ts';

const SIGNAL = 'signal into a session';

export const p5: Scenario = {
  id: 'P5',
  title: 'signals into sessions through the SDK, 1,000 sessions open, 256 in flight',
  measure: (context) =>
    withRigs(context, [{ policies: benchPolicies, services: ['aggregator'] }], async (rig) => {
      const sessions = context.size === 'short' ? 200 : 1_000;
      await rig.requester.order({ kind: 'open-sessions', count: sessions });
      const { requester } = rig;
      return withMacpRuntime(context, { requester, sessions }, (peers) =>
        measureSignals(context, { rig, sessions, peers }),
      );
    }),
};

const measureSignals = async (
  context: BenchContext,
  {
    rig,
    sessions,
    peers,
  }: { readonly rig: Rig; readonly sessions: number; readonly peers: readonly Variant[] },
): Promise<Findings> => {
  const rows = await measureRounds(context.rounds, [
    await loadVariant(context, rig, VERDICTS, { name: ROWS.verdict, reference: true }),
    await loadVariant(context, rig, { kind: 'signal', sessions }, { name: SIGNAL }),
    await loadVariant(context, rig, { kind: 'stock-echo' }, { name: ROWS.stock }),
    ...peers,
  ]);
  return {
    rows,
    goals: [
      rateGoal(rows, ROWS.verdict, { name: 'verdict', bound: 0.8 }),
      ...(peers.length === 0
        ? []
        : [
            rateGoal(rows, MACP_ROWS.files, { name: MACP_ROWS.files, bound: 10 }),
            rateGoal(rows, MACP_ROWS.memory, { name: MACP_ROWS.memory, bound: 2 }),
          ]),
    ],
    notes: [
      `${sessions.toLocaleString('en')} sessions of four participants; each signal is an evaluation that its session takes and keeps.`,
      ...(context.peers
        ? notesOf(await installMacpRuntime(context), MACP_NOTE)
        : ['macp-runtime is measured with --peers.']),
    ],
  };
};

const MACP_NOTE =
  'macp-runtime gets new sessions for each window, for it slows down with what they hold. With files it syncs each message before it acknowledges; here the others sync every 2 minutes.';

const rateGoal = (
  rows: readonly Row[],
  to: string,
  { name, bound }: { readonly name: string; readonly bound: number },
): Goal =>
  ratioGoal(
    { name: `rate: signal / ${name}`, bound, direction: 'at least' },
    rowOf(rows, SIGNAL),
    rowOf(rows, to),
    column('perSecond'),
  );
