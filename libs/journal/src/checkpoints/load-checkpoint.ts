import { isFault, type JournalEvent } from '@edict/contracts';
import { parseCommit } from '../commit-text.ts';
import type { Decider, SpeculativeState } from '../decider.ts';
import type { IdSnapshot } from '../id-memory.ts';
import type { Journal } from '../journal.ts';
import { type CheckpointCommand, isCheckpoint } from './checkpoint-command.ts';
import { formatOf, isReadable, type RestoredHead, readFrames } from './snapshot-frames.ts';
import type { SealedSnapshot, Snapshots } from './snapshots.ts';
import { readSnapshot } from './take-checkpoint.ts';

/** A state as its newest good checkpoint has it. */
export interface LoadedCheckpoint<S> extends RestoredHead {
  readonly state: S;
  readonly ids: IdSnapshot;
  /** Revision of the commit that names it. */
  readonly checkpoint: number;
}

/** The newest checkpoint that can be read back and whose hash fits; and why newer ones were passed over. */
export const loadCheckpoint = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  journal: Journal,
  decider: Decider<C, E, S, F>,
  snapshots: Snapshots,
): Promise<{ readonly loaded: LoadedCheckpoint<S> | undefined; readonly passedOver: readonly string[] }> => {
  const passedOver: string[] = [];
  for (const { id, checkpoint } of await snapshots.sealed(journal.name)) {
    const loaded = await tryLoad(journal, decider, snapshots, { id, checkpoint });
    if (typeof loaded !== 'string') return { loaded: { ...loaded, checkpoint }, passedOver };
    passedOver.push(`snapshot ${id}: ${loaded}`);
  }
  return { loaded: undefined, passedOver };
};

/** What a snapshot holds, or why it is of no use. What may go well another time is thrown. */
const tryLoad = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  journal: Journal,
  decider: Decider<C, E, S, F>,
  snapshots: Snapshots,
  { id, checkpoint }: SealedSnapshot,
) => {
  try {
    const command = await checkpointAt(journal, checkpoint, id);
    if (command === undefined) return `no commit of the journal names it at revision ${checkpoint}`;
    if (!isReadable(command.format, decider))
      return `its format is ${command.format}, this build reads ${formatOf(decider)}`;
    const frames = await readSnapshot(snapshots, journal.name, command);
    if (frames === undefined) return 'its hash is not the one that its checkpoint names';
    const restoring = decider.restore?.();
    if (restoring === undefined) return 'this build cannot restore it';
    const { ids, head, lastAt } = await readFrames(frames, (part) => restoring.add(part as never));
    return { state: restoring.done(), ids, head, lastAt };
  } catch (error) {
    if (isFault(error) && error.retriable) throw error;
    return error instanceof Error ? error.message : String(error);
  }
};

/** What a commit says about a snapshot; the journal is believed, not the snapshot. */
export const checkpointAt = async (
  journal: Journal,
  revision: number,
  id: string,
): Promise<CheckpointCommand | undefined> => {
  const stored = await journal.get(revision);
  if (stored === undefined) return undefined;
  const { entries } = parseCommit(journal.name, stored.bytes);
  return entries.map(({ command }) => command).find((one) => isCheckpoint(one) && one.snapshot === id) as
    | CheckpointCommand
    | undefined;
};
