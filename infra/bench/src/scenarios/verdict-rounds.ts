import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row } from '../measure/sample.ts';
import { withOpa } from '../peers/opa/variants.ts';
import { elapsed, untilIdle } from '../rig/idle.ts';
import { loadVariant, type Rig, withRigs } from '../rig/rig.ts';
import { BUDGET_WORKSPACE, budgetDocument, guardrailDocuments, WORKSPACE } from '../workload/traffic.ts';
import type { BenchContext } from './scenario.ts';

export const ROWS = {
  stock: 'stock echo, nc.request',
  thin: 'echo, thin requester',
  published: 'one awaited js.publish each',
  verdict: 'durable verdict',
  budget: 'durable verdict with a budget',
  projected: 'durable verdict, with the projector',
} as const;

export const VERDICTS = { kind: 'verdict', workspace: WORKSPACE } as const;
const BUDGETED = { kind: 'verdict', workspace: BUDGET_WORKSPACE } as const;

/** The 1,000 rules that every load over the bus is judged by. */
export const benchPolicies = new Map([[WORKSPACE, guardrailDocuments()]]);

/** The loads at 256 in flight, without and with the projector: P1 reads their rates, P9 their processor time. */
export const verdictRounds = (context: BenchContext): Promise<readonly Row[]> =>
  context.once('verdict rounds', () => {
    const seconds = reserveSeconds(context);
    const policies = new Map([
      ...benchPolicies,
      [BUDGET_WORKSPACE, [...guardrailDocuments(), budgetDocument(seconds)]],
    ]);
    return withRigs(
      context,
      [{ policies }, { policies: benchPolicies, services: ['projector'] }],
      (plain, projected) =>
        withOpa(context, plain.requester, (peers) =>
          measureBoth(context, { plain, projected, peers, reserved: seconds }),
        ),
    );
  });

const measureBoth = async (
  context: BenchContext,
  {
    plain,
    projected,
    peers,
    reserved,
  }: {
    readonly plain: Rig;
    readonly projected: Rig;
    readonly peers: readonly Variant[];
    readonly reserved: number;
  },
): Promise<Row[]> => {
  const [worker] = plain.enforcers;
  const settled = async (): Promise<void> => {
    await elapsed(reserved * 1_000);
    await untilIdle(worker?.pid ?? 0);
  };
  const projector = [projected.pids(VERDICTS)['projector'] ?? []].flat();
  const caughtUp = async (): Promise<void> => {
    for (const pid of projector) await untilIdle(pid);
  };
  const variants = [
    await loadVariant(context, plain, { kind: 'stock-echo' }, { name: ROWS.stock, reference: true }),
    await loadVariant(context, plain, VERDICTS, { name: ROWS.verdict }),
    await loadVariant(context, projected, VERDICTS, { name: ROWS.projected, settled: caughtUp }),
  ];
  // What no goal asks for takes half of the time.
  if (context.size !== 'short') {
    variants.push(
      await loadVariant(context, plain, { kind: 'thin-echo' }, { name: ROWS.thin }),
      await loadVariant(context, plain, { kind: 'published' }, { name: ROWS.published }),
      await loadVariant(context, plain, BUDGETED, { name: ROWS.budget, settled }),
    );
  }
  return measureRounds(context.rounds, [...variants, ...peers]);
};

/** A reservation outlives the window in which it was made: no window pays for what another one left behind. */
const reserveSeconds = ({ window: { warmUpMs, windowMs } }: BenchContext): number =>
  Math.ceil((warmUpMs + windowMs) / 1_000) + 1;
