import type { JournalEvent } from '@edict/contracts';
import type { Batch } from './batch.ts';
import { commitBytes } from './commit-text.ts';
import type { Decider, SpeculativeState } from './decider.ts';
import { sha256Text } from './hash.ts';
import type { HostFaults } from './host-faults.ts';
import type { Answer } from './host-options.ts';
import { recordedAnswer } from './repeat.ts';
import type { Replica } from './replica.ts';
import { pack } from './stored-form.ts';

/**
 * Appends a batch as one commit, makes its try-out real, and gives the answer to each recorded command; `undefined`
 * when it is not certain that the commit is stored.
 */
export const appendBatch = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  batch: Batch<C, E, S>,
  replica: Replica<C, E, S, F>,
  decider: Decider<C, E, S, F>,
  faults: HostFaults,
): Promise<readonly Answer<E>[] | undefined> => {
  const { journal, head } = replica;
  const { bytes, offsets } = commitBytes(journal.name, head, decider.semantics, batch.entryTexts);
  const stored = pack(bytes);
  const result = journal
    .append(head.revision, stored)
    .catch((error: unknown) => faults.unappended(error, head.revision));
  // The commit leaves at the end of this step; what is needed once it is stored is made on its way.
  await undefined;
  const next = { revision: head.revision + 1, hash: sha256Text(stored) };
  const answers = batch.recorded.map(({ recorded }) => recordedAnswer(decider, recorded, false));
  if ((await result) !== 'appended') return undefined;
  replica.advance(batch, next, { stored, bytes, offsets });
  return answers;
};

/** A batch without events is certain when the leader has nothing newer than the state it was judged by. */
export const confirmHead = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  faults: HostFaults,
): Promise<readonly Answer<E>[] | undefined> => {
  const confirmed = await replica.isAtHead().catch((error: unknown) => faults.unread(error));
  if (confirmed !== true) return undefined;
  replica.state.release();
  return [];
};
