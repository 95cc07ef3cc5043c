import type { Exchange } from '@edict/checker';
import { BOUNDS, type JournalName, splitJournal } from '@edict/contracts';
import { parseCommit } from '@edict/journal';
import { countsOf, withTrial } from './counts.ts';
import { type Deployment, startDeployment } from './deployment/deployment.ts';
import { eventually, pause } from './eventually.ts';
import type { Outcome, Round, Trial } from './fault-case.ts';
import { judge, readJournals } from './judge.ts';
import { now } from './load/history.ts';
import { startLoad } from './load/load.ts';
import { startWitness } from './witness.ts';

/** A deployment that has purged what was old, and is idle now. */
export interface Aged extends Round {
  readonly deployment: Deployment;
  /** What clients sent and were told since what was purged; a trial may add to it. */
  readonly history: Exchange[];
  /** The revision that each purged journal begins with. */
  readonly purged: ReadonlyMap<JournalName, number>;
  /** When the last commit that was purged had been decided, in milliseconds since 1970. */
  readonly newestPurged: number;
}

/** What a case does besides. */
export interface AgedCase {
  /** Called when there are checkpoints that will be old. */
  readonly early?: (deployment: Deployment) => Promise<void>;
  /** Called under load while purges go on; gives how many faults it made. */
  readonly meanwhile?: (moment: () => Promise<void>, deployment: Deployment) => Promise<number>;
  readonly trial: (aged: Aged) => Promise<Trial>;
}

/** The least that a deployment may be told to keep. */
export const KEPT_MS = BOUNDS.retryWindowMs;
const SETTINGS = { EDICT_KEEP: `${KEPT_MS / 1_000}s`, EDICT_CHECKPOINT_COMMITS: '10' };
const FIRST_ANSWERS = 600;
const LAST_ANSWERS = 300;
/** What is remembered for the retry window is forgotten a quarter of it later at the latest. */
const GROWS_OLD_MS = 1.25 * BOUNDS.retryWindowMs + 5_000;
/** So many journals have to be purged before anything is tried. */
const PURGED_JOURNALS = 4;
const PURGED_WITHIN_MS = 60_000;
/** No number that the first load used. */
const LATER_NUMBERS = 1_000_000;
const QUIET_MS = 13_000;
/** Checkpoints are thought of each second. */
const CHECKPOINTS_MS = 3_000;

/** Lets a deployment work, waits until that is old, lets it work again until it purges, and then tries something. */
export const afterPurge = async (round: Round, { early, meanwhile, trial }: AgedCase): Promise<Outcome> => {
  const deployment = await startDeployment({ settings: SETTINGS });
  const { url } = deployment;
  const witness = await startWitness(url);
  try {
    const first = await workAndEnd(url, round, 0, async ({ answers }) => answers(FIRST_ANSWERS));
    await pause(CHECKPOINTS_MS);
    await early?.(deployment);
    await pause(GROWS_OLD_MS);
    let faults = 0;
    const history = await workAndEnd(url, round, LATER_NUMBERS, async ({ answers }) => {
      faults = (await meanwhile?.(() => answers(round.random.between(20, 120)), deployment)) ?? 0;
      await answers(LAST_ANSWERS);
      await eventually(
        `${PURGED_JOURNALS} journals of verdicts are purged`,
        async () => (await purgedIn(url)).size >= PURGED_JOURNALS,
        PURGED_WITHIN_MS,
      );
    });
    await deployment.ready();
    await pause(QUIET_MS);
    const purged = await purgedIn(url);
    const newestPurged = newestBelow(await witness.journals(), purged);
    const tried = await trial({ ...round, deployment, history, purged, newestPurged });
    const all = [...first, ...history];
    const report = judge(all, await witness.journals(), now());
    return {
      counts: withTrial(countsOf(report, all, faults + tried.faults), tried),
      violations: [...report.violations, ...tried.violations],
    };
  } finally {
    await witness.close();
    await deployment.stop();
  }
};

/** Plays a load to its end; gives what was sent and told. */
const workAndEnd = async (
  url: string,
  { random }: Round,
  numbersFrom: number,
  work: (load: { answers(more: number): Promise<void> }) => Promise<void>,
): Promise<Exchange[]> => {
  const load = await startLoad(url, random.fork(`load ${numbersFrom}`), numbersFrom);
  try {
    await work(load);
    const unanswered = await load.finish();
    if (unanswered.length > 0) throw new Error(`${unanswered.length} messages never got a final answer`);
    return load.history.exchanges;
  } finally {
    await load.close();
  }
};

/** The first revision of each journal of verdicts that does not begin with its first commit. */
const purgedIn = async (url: string): Promise<ReadonlyMap<JournalName, number>> => {
  const firsts = [...(await readJournals(url))].map(
    ([name, [first]]) => [name, first === undefined ? 1 : parseCommit(name, first).revision] as const,
  );
  return new Map(firsts.filter(([name, revision]) => revision > 1 && splitJournal(name).kind === 'verdicts'));
};

const newestBelow = (
  journals: ReadonlyMap<JournalName, readonly Uint8Array[]>,
  purged: ReadonlyMap<JournalName, number>,
): number =>
  Math.max(
    ...[...purged].map(([name, revision]) => {
      const last = journals.get(name)?.[revision - 2];
      return last === undefined
        ? Number.POSITIVE_INFINITY
        : (parseCommit(name, last).entries.at(-1)?.at ?? 0);
    }),
  );
