import { EVERYTHING, replayStore, type StoredMessage, type StoreReader } from '@edict/cli/history';
import { type JournalName, splitJournal } from '@edict/contracts';
import { createInProcessEngine, type InProcessEngine } from '@edict/engine';
import { createMemorySnapshots, parseCommit, sha256Text } from '@edict/journal';
import { measureRounds } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { watchUsage } from '../measure/usage.ts';
import { budgetDocument, decisionRequest, guardrailDocuments, WORKSPACE } from '../workload/traffic.ts';
import type { Task } from './run-task.ts';

export interface ReplayInput {
  readonly verdicts: number;
  readonly rounds: number;
}

export const REPLAY_ROWS = {
  read: 'read, unpacked, parsed and hashed',
  plain: 'derived again and compared',
  budget: 'derived again and compared, with a budget',
} as const;

const AT_ONCE = 256;

/** Records verdicts of an engine in this process, and has `edict history replay` derive them again from its journals. */
export const task: Task<ReplayInput, readonly Row[]> = async ({ verdicts, rounds }) => {
  const plain = await record(guardrailDocuments(), verdicts);
  const budget = await record([...guardrailDocuments(), budgetDocument(3_600)], verdicts);
  const variants = [
    { name: REPLAY_ROWS.read, reference: true, sample: () => timed(verdicts, () => readOnly(plain)) },
    { name: REPLAY_ROWS.plain, sample: () => timed(verdicts, () => derive(plain, verdicts)) },
    { name: REPLAY_ROWS.budget, sample: () => timed(verdicts, () => derive(budget, verdicts)) },
  ];
  for (const { sample } of variants) await sample();
  return measureRounds(rounds, variants);
};

/** Gives how many verdicts did not come out as recorded. */
type Work = () => Promise<number>;

const timed = async (verdicts: number, work: Work): Promise<Sample> => {
  const used = watchUsage({ replay: process.pid });
  const failures = await work();
  const { seconds, cpuMicros, noise } = used(verdicts);
  return { operations: verdicts, failures, metrics: { perSecond: verdicts / seconds }, cpuMicros, noise };
};

const readOnly = async (store: StoreReader): Promise<number> => {
  let revision = 0;
  for await (const { journal, bytes } of store.commits('verdicts')) {
    revision = parseCommit(journal, bytes).revision;
    sha256Text(bytes);
  }
  return revision === 0 ? 1 : 0;
};

const derive = async (store: StoreReader, verdicts: number): Promise<number> => {
  const replayed = await replayStore(store, { ...EVERYTHING, kinds: ['verdicts'] });
  const same = replayed.reduce((sum, { rederived, differences }) => sum + rederived - differences.length, 0);
  return verdicts - same;
};

const record = async (documents: readonly object[], verdicts: number): Promise<StoreReader> => {
  const engine = await createInProcessEngine();
  const envelope = { ws: WORKSPACE };
  for (const document of documents) {
    const reply = await engine.policy(JSON.stringify({ op: 'save', document }), envelope);
    if ('error' in JSON.parse(reply)) throw new Error(`a document of the bench is refused: ${reply}`);
  }
  for (let first = 0; first < verdicts; first += AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(AT_ONCE, verdicts - first) },
      (_, offset) => first + offset,
    );
    await Promise.all(
      numbers.map((number) => engine.decide(JSON.stringify(decisionRequest('replayed', number)), envelope)),
    );
  }
  const reader = readerOf(engine);
  await engine.close();
  return reader;
};

const readerOf = ({ journals }: InProcessEngine): StoreReader => {
  const messages: readonly StoredMessage[] = journals
    .names()
    .flatMap((journal: JournalName) =>
      journals.commits(journal).map((bytes) => ({ sequence: 0, journal, bytes })),
    );
  return {
    commits: async function* (kind) {
      yield* messages.filter(({ journal }) => splitJournal(journal).kind === kind);
    },
    counts: async () => new Map(),
    anchors: async () => [],
    view: async () => undefined,
    viewsOf: async () => [],
    openJournal: journals.open,
    snapshots: createMemorySnapshots(),
  };
};
