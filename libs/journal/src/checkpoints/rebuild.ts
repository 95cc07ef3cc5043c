import { Fault, isFault, type JournalEvent } from '@edict/contracts';
import { isLeftBehind } from '../broken.ts';
import type { Decider, SpeculativeState } from '../decider.ts';
import type { Checkpointing } from '../host-options.ts';
import type { Replica } from '../replica.ts';
import { loadCheckpoint } from './load-checkpoint.ts';

/**
 * Brings a replica to the leader's head: from the newest good checkpoint on, else from the first commit.
 * `JOURNAL_BROKEN` when neither is there any more, with the reason why each snapshot was of no use.
 */
export const rebuild = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  decider: Decider<C, E, S, F>,
  checkpoints: Checkpointing | undefined,
): Promise<void> => {
  // A load that is tried again goes on from where it was.
  const passedOver = replica.head.revision > 0 ? [] : await restoreNewest(replica, decider, checkpoints);
  try {
    await replica.catchUp();
  } catch (error) {
    if (isLeftBehind(error)) return beginAbove(replica, decider, checkpoints, error);
    if (!isFault(error, 'JOURNAL_BROKEN') || passedOver.length === 0) throw error;
    throw unusable(error, passedOver);
  }
};

/** What comes next was purged: a newer checkpoint lies above it, or the journal cannot be continued. */
const beginAbove = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  decider: Decider<C, E, S, F>,
  checkpoints: Checkpointing | undefined,
  purged: unknown,
): Promise<void> => {
  const before = replica.head.revision;
  const passedOver = await restoreNewest(replica, decider, checkpoints);
  if (replica.head.revision <= before) throw unusable(purged, passedOver);
  // Purged once more while this was read: it is tried again from here.
  await replica.catchUp().catch((error) => {
    throw isLeftBehind(error) ? new Fault('UNAVAILABLE', messageOf(error), { retriable: true }) : error;
  });
};

const restoreNewest = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  decider: Decider<C, E, S, F>,
  checkpoints: Checkpointing | undefined,
): Promise<readonly string[]> => {
  if (checkpoints === undefined || decider.restore === undefined) return [];
  const { journal } = replica;
  const { loaded, passedOver } = await loadCheckpoint(journal, decider, checkpoints.snapshots);
  for (const problem of passedOver) checkpoints.onProblem?.(journal.name, problem);
  if (loaded !== undefined && loaded.head.revision > replica.head.revision) replica.restore(loaded);
  return passedOver;
};

const unusable = (cause: unknown, passedOver: readonly string[]): Fault => {
  const why = passedOver.length === 0 ? 'there is none above what is missing' : passedOver.join('; ');
  return new Fault('JOURNAL_BROKEN', `${messageOf(cause)}; and no checkpoint could be used: ${why}`, {
    cause,
  });
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
