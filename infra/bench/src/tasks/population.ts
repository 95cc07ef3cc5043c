import {
  createInProcessEngine,
  createPolicyDirectory,
  createVerdictDesk,
  readDecision,
  readOutcome,
} from '@edict/engine';
import { type OpenJournal, parseCommit, systemClock } from '@edict/journal';
import type { Row, Sample } from '../measure/sample.ts';
import { watchUsage } from '../measure/usage.ts';
import { budgetDocument, decisionRequest, openDocument, WORKSPACE } from '../workload/traffic.ts';
import type { Task } from './run-task.ts';

export interface PopulationInput {
  readonly principals: number;
}

export const POPULATION_ROWS = {
  id: 'memory per id in the retry window',
  few: 'memory per settled request, 64 principals with a budget',
  principal: 'memory per principal with a budget',
} as const;

const AT_ONCE = 1_000;
const PARTITIONS = 8;
const SWEEP_MS = 50;
/** Fills what is bounded, such as the texts kept for repeats, before anything counts. */
const WARM_UP = 10_000;

/**
 * What stays in memory after so many requests, apart from the journal, which forgets at once here. A principal costs what
 * requests of as many principals leave behind over what the same requests of 64 do; both are settled.
 */
export const task: Task<PopulationInput, readonly Row[]> = async ({ principals }) => {
  const budgets = [openDocument(), budgetDocument(3_600)];
  const id = await populate([openDocument()], { requests: principals, principals: 64, settle: false });
  const few = await populate(budgets, { requests: principals, principals: 64, settle: true });
  const many = await populate(budgets, { requests: principals, principals, settle: true });
  const bytesEach = (many.metrics.bytesEach ?? Number.NaN) - (few.metrics.bytesEach ?? Number.NaN);
  return [
    { name: POPULATION_ROWS.id, samples: [id] },
    { name: POPULATION_ROWS.few, reference: true, samples: [few] },
    { name: POPULATION_ROWS.principal, samples: [{ ...many, metrics: { ...many.metrics, bytesEach } }] },
  ];
};

interface Crowd {
  readonly requests: number;
  readonly principals: number;
  /** Whether the end of the work is reported, which settles the reservation. */
  readonly settle: boolean;
}

const populate = async (documents: readonly object[], crowd: Crowd): Promise<Sample> => {
  const desk = await openDesk(documents);
  await ask(desk, 'warm-up', { ...crowd, requests: WARM_UP, principals: 64 });
  const before = await heldBytes();
  const used = watchUsage({ engine: process.pid });
  const failures = await ask(desk, 'counted', crowd);
  const { requests } = crowd;
  const { seconds, cpuMicros, noise } = used(requests);
  const bytesEach = ((await heldBytes()) - before) / requests;
  await desk.close();
  return {
    operations: requests,
    failures,
    metrics: { bytesEach, perSecond: requests / seconds },
    cpuMicros,
    noise,
  };
};

/** Gives how many were refused. Each batch is settled while the verdicts are still at hand: the journal has none. */
const ask = async (
  desk: Awaited<ReturnType<typeof openDesk>>,
  run: string,
  { requests, principals, settle }: Crowd,
): Promise<number> => {
  let failures = 0;
  const all = (send: (request: Request, done: (text: string) => void) => void, batch: readonly Request[]) =>
    Promise.all(
      batch.map(
        (request) =>
          new Promise<void>((resolve) =>
            send(request, (text) => {
              if (text.includes('"error":{')) failures += 1;
              resolve();
            }),
          ),
      ),
    );
  for (let first = 0; first < requests; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, requests - first) }, (_, offset) =>
      decisionRequest(run, first + offset, principals),
    );
    await all(desk.decide, batch);
    if (settle) await all(desk.settle, batch);
  }
  return failures;
};

type Request = ReturnType<typeof decisionRequest>;

const heldBytes = async (): Promise<number> => {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    // What typed arrays leave behind is swept by another thread.
    await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const encoder = new TextEncoder();

/** The enforcer's desk on journals that keep only their length. */
const openDesk = async (documents: readonly object[]) => {
  const directory = await directoryOf(documents);
  const desk = createVerdictDesk({
    partitions: PARTITIONS,
    openJournal: forgetful,
    clock: systemClock,
    incarnation: 'population',
    directory,
    fresh: () => true,
    sendInternal: async () => undefined,
  });
  await desk.own(Array.from({ length: PARTITIONS }, (_, partition) => partition));
  const facts = { ws: WORKSPACE, freshId: () => 'none' };
  const deadline = (): number => systemClock.monotonic() + 60_000;
  return {
    decide: (request: Request, done: (text: string) => void): void => {
      const read = readDecision(encoder.encode(JSON.stringify(request)), facts);
      if (read.ok) desk.decide(read.value, deadline(), done);
      else throw new Error(read.rejection.message);
    },
    settle: ({ request_id, subject, context }: Request, done: (text: string) => void): void => {
      const report = { request_id, subject, outcome: 'success', cost: context.cost };
      const read = readOutcome(encoder.encode(JSON.stringify(report)), facts);
      if (read.ok) desk.outcome(read.value, deadline(), done);
      else throw new Error(read.rejection.message);
    },
    close: () => desk.drain(),
  };
};

/** The policies by way of an engine that saves them. */
const directoryOf = async (documents: readonly object[]) => {
  const engine = await createInProcessEngine();
  for (const document of documents) {
    await engine.policy(JSON.stringify({ op: 'save', document }), { ws: WORKSPACE });
  }
  const directory = createPolicyDirectory();
  const name = `policies.${WORKSPACE}` as const;
  for (const bytes of engine.journals.commits(name)) directory.apply(WORKSPACE, parseCommit(name, bytes));
  await engine.close();
  return directory;
};

const forgetful: OpenJournal = async (name) => {
  let length = 0;
  return {
    name,
    async *read() {},
    get: async () => undefined,
    append: async (head) => {
      if (head !== length) return 'conflict';
      length += 1;
      return 'appended';
    },
    head: async () => length,
    close: async () => undefined,
  };
};
