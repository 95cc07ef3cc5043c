import { JOURNAL_KINDS, type JournalKind, type JournalName, splitJournal } from '@edict/contracts';
import { createPolicyDirectory, type PolicyDirectory } from '@edict/engine';
import { parseCommit } from '@edict/journal';
import type { Replayed, Until } from './replay.ts';
import { type Replay, replayOf } from './replayers.ts';
import type { StoredMessage, StoreReader } from './store-reader.ts';

/** Which journals to replay, and how far. */
export interface ReplayPlan {
  readonly kinds: readonly JournalKind[];
  /** Only this one. */
  readonly journal?: JournalName;
  readonly until: Until;
}

export const EVERYTHING: ReplayPlan = { kinds: JOURNAL_KINDS, until: {} };

/** Rebuilds the state of each journal of a plan from its first event, or from what was kept when that was purged, in the order of their names. */
export const replayStore = async (store: StoreReader, plan: ReplayPlan): Promise<readonly Replayed[]> => {
  const directory = await readPolicies(store);
  const replays = new Map<JournalName, Replay>();
  for (const kind of plan.kinds) {
    for await (const message of store.commits(kind)) {
      if (plan.journal !== undefined && message.journal !== plan.journal) continue;
      const known = replays.get(message.journal);
      const replay = known ?? replayOf(message.journal, directory, plan.until);
      replays.set(message.journal, replay);
      if (known === undefined && wasPurged(message)) await replay.begin(store);
      replay.add(message);
    }
  }
  return [...replays.values()]
    .map((replay) => replay.result())
    .sort((a, b) => a.journal.localeCompare(b.journal, 'en', { numeric: true }));
};

const wasPurged = ({ journal, bytes }: StoredMessage): boolean =>
  splitJournal(journal).kind !== 'policies' && parseCommit(journal, bytes).revision > 1;

/** Whole, whatever the plan: a verdict cites policies by revision, and those never change. */
const readPolicies = async (store: StoreReader): Promise<PolicyDirectory> => {
  const directory = createPolicyDirectory();
  for await (const { journal, bytes } of store.commits('policies')) {
    directory.apply(splitJournal(journal).key, parseCommit(journal, bytes));
  }
  return directory;
};
