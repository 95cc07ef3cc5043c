import { column, type Goal, ratioGoal, rowOf, valueGoal } from '../measure/goals.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row } from '../measure/sample.ts';
import { loadVariant, type Rig, withRigs } from '../rig/rig.ts';
import { POPULATION_ROWS, type PopulationInput } from '../tasks/population.ts';
import { runTask } from '../tasks/run-task.ts';
import { budgetDocument, openDocument, smallDocuments } from '../workload/traffic.ts';
import { MEMORY_ROWS, measureMemory } from './memory.ts';
import { type BenchContext, roundsOf, type Scenario } from './scenario.ts';

/** How far each dimension grows. A few thousand principals say nothing about the memory of one. */
const GROWN = {
  short: { workspaces: 50, documents: 200, agents: 10_000, principals: 0 },
  normal: { workspaces: 1_000, documents: 10_000, agents: 100_000, principals: 100_000 },
  long: { workspaces: 1_000, documents: 10_000, agents: 1_000_000, principals: 1_000_000 },
} as const;

const RESERVE_SECONDS = 3_600;

export const p10: Scenario = {
  id: 'P10',
  title: 'growth: workspaces, documents, principals with a budget; memory',
  measure: async (context) => {
    const { principals } = GROWN[context.size];
    const throughput = await measureThroughput(context);
    const population = await measurePopulation(context);
    context.say('    memory of edict up');
    const memory = await measureMemory(context);
    const atMost = (
      rows: readonly Row[],
      row: string,
      bound: number,
      metric: 'bytesEach' | 'megabytes',
    ): Goal =>
      valueGoal(
        { name: row, bound, direction: 'at most', unit: metric === 'bytesEach' ? 'bytes' : 'MB' },
        rowOf(rows, row),
        column(metric),
      );
    return {
      rows: [...throughput.rows, ...population, ...memory],
      goals: [
        ...throughput.goals,
        ...(population.length === 0
          ? []
          : [
              atMost(population, POPULATION_ROWS.principal, 300, 'bytesEach'),
              atMost(population, POPULATION_ROWS.id, 40, 'bytesEach'),
            ]),
        atMost(memory, MEMORY_ROWS.idle, 250, 'megabytes'),
        atMost(memory, MEMORY_ROWS.load, 500, 'megabytes'),
      ],
      notes: [
        'Memory of edict up: with its NATS server, 256 in flight, outcomes reported.',
        principals === 0
          ? 'Memory per principal and id is not part of short runs.'
          : `Memory per principal and id: ${principals.toLocaleString('en')} requests in one process, journals not kept. A request without a budget leaves one id behind; the figure includes everything else that it leaves.`,
      ],
    };
  },
};

const measurePopulation = async ({ size, say }: BenchContext): Promise<readonly Row[]> => {
  const { principals } = GROWN[size];
  if (principals === 0) return [];
  say(`    memory of ${principals.toLocaleString('en')} principals`);
  return runTask<PopulationInput, readonly Row[]>('population', { principals });
};

const measureThroughput = (context: BenchContext): Promise<{ rows: Row[]; goals: Goal[] }> => {
  const { workspaces, documents, agents } = GROWN[context.size];
  const open = [openDocument()];
  const budgets = [openDocument(), budgetDocument(RESERVE_SECONDS)];
  const mixes = context.size === 'short' ? [1, workspaces] : [1, 10, workspaces];
  const policies = new Map<string, readonly object[]>([
    ...mixes.flatMap((count) =>
      Array.from({ length: count }, (_, index) => [`mix${count}-${index}`, open] as const),
    ),
    ['few', [...open, ...smallDocuments(9)]],
    ['many', [...open, ...smallDocuments(documents - 1)]],
    ['one-principal', budgets],
    ['all-principals', budgets],
  ]);
  context.say(
    `    ${policies.size.toLocaleString('en')} workspaces, ${documents.toLocaleString('en')} documents`,
  );
  return withRigs(context, [{ policies }], async (rig) => {
    const variants = [
      ...(await mixVariants(context, rig, mixes)),
      await loadVariant(
        context,
        rig,
        { kind: 'verdict', workspace: 'few' },
        { name: named(10, 'documents'), reference: true },
      ),
      await loadVariant(
        context,
        rig,
        { kind: 'verdict', workspace: 'many' },
        { name: named(documents, 'documents') },
      ),
      await loadVariant(
        context,
        rig,
        { kind: 'verdict', workspace: 'one-principal', agents: 64 },
        { name: named(64, 'principals with a budget'), reference: true },
      ),
      await loadVariant(
        context,
        rig,
        { kind: 'verdict', workspace: 'all-principals', agents },
        { name: named(agents, 'principals with a budget') },
      ),
    ];
    const rows = await measureRounds(roundsOf(context), variants);
    const within = (grown: string, from: string): Goal =>
      ratioGoal(
        { name: `rate: ${grown} / ${from}`, bound: 0.8, direction: 'at least' },
        rowOf(rows, grown),
        rowOf(rows, from),
        column('perSecond'),
      );
    return {
      rows,
      goals: [
        within(named(workspaces, 'workspaces'), named(1, 'workspaces')),
        within(named(documents, 'documents'), named(10, 'documents')),
        within(named(agents, 'principals with a budget'), named(64, 'principals with a budget')),
      ],
    };
  });
};

const named = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? what.replace(/s$/, '') : what}`;

const mixVariants = async (context: BenchContext, rig: Rig, mixes: readonly number[]): Promise<Variant[]> => {
  const variants: Variant[] = [];
  for (const count of mixes) {
    const load = { kind: 'verdict', workspace: `mix${count}`, workspaces: count } as const;
    const name = named(count, 'workspaces');
    variants.push(await loadVariant(context, rig, load, { name, reference: count === 1 }));
  }
  return variants;
};
