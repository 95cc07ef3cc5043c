import { Fault, isFault, type JournalEvent } from '@edict/contracts';
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
  const passedOver = await restoreNewest(replica, decider, checkpoints);
  try {
    await replica.catchUp();
  } catch (error) {
    if (!isFault(error, 'JOURNAL_BROKEN') || passedOver.length === 0) throw error;
    const message = `${error.message}; and no checkpoint could be used: ${passedOver.join('; ')}`;
    throw new Fault('JOURNAL_BROKEN', message, { cause: error });
  }
};

const restoreNewest = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  decider: Decider<C, E, S, F>,
  checkpoints: Checkpointing | undefined,
): Promise<readonly string[]> => {
  // A load that is tried again goes on from where it was.
  if (checkpoints === undefined || decider.restore === undefined || replica.head.revision > 0) return [];
  const { journal } = replica;
  const { loaded, passedOver } = await loadCheckpoint(journal, decider, checkpoints.snapshots);
  for (const problem of passedOver) checkpoints.onProblem?.(journal.name, problem);
  if (loaded !== undefined) replica.restore(loaded);
  return passedOver;
};
