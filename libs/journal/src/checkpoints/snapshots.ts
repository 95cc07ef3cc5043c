import type { JournalName } from '@edict/contracts';

/** A snapshot whose writing was finished, and the commit that names it. */
export interface SealedSnapshot {
  readonly id: string;
  /** Revision of the checkpoint: the commit that says what the snapshot's hash is. */
  readonly checkpoint: number;
}

/** Where the states of journals are kept as objects. What lies here is believed only when its hash fits a commit. */
export interface Snapshots {
  /** Adds the next frame of a snapshot that is being written; settles once it is stored. */
  append(journal: JournalName, id: string, frame: Uint8Array): Promise<void>;
  /** Says that a snapshot is whole, and which commit names it. */
  seal(journal: JournalName, sealed: SealedSnapshot): Promise<void>;
  /** The sealed snapshots of a journal, the newest checkpoint first. */
  sealed(journal: JournalName): Promise<readonly SealedSnapshot[]>;
  /** The frames of a snapshot in order; none when there is no such. */
  read(journal: JournalName, id: string): AsyncIterable<Uint8Array>;
  /** Removes every snapshot of a journal but these, those that were never sealed included. */
  keepOnly(journal: JournalName, ids: readonly string[]): Promise<void>;
}

/** Snapshots in one process's memory: for tests. */
export const createMemorySnapshots = (): Snapshots => {
  interface Stored {
    readonly frames: Uint8Array[];
    checkpoint: number | undefined;
  }
  const journals = new Map<JournalName, Map<string, Stored>>();
  const ofJournal = (journal: JournalName): Map<string, Stored> => {
    const stored = journals.get(journal) ?? new Map<string, Stored>();
    journals.set(journal, stored);
    return stored;
  };
  const find = (journal: JournalName, id: string): Stored => {
    const stored = ofJournal(journal).get(id) ?? { frames: [], checkpoint: undefined };
    ofJournal(journal).set(id, stored);
    return stored;
  };
  return {
    append: async (journal, id, frame) => void find(journal, id).frames.push(frame),
    seal: async (journal, { id, checkpoint }) => {
      find(journal, id).checkpoint = checkpoint;
    },
    sealed: async (journal) =>
      [...ofJournal(journal)]
        .flatMap(([id, { checkpoint }]) => (checkpoint === undefined ? [] : [{ id, checkpoint }]))
        .sort((a, b) => b.checkpoint - a.checkpoint),
    read: async function* (journal, id) {
      yield* ofJournal(journal).get(id)?.frames ?? [];
    },
    keepOnly: async (journal, ids) => {
      for (const id of ofJournal(journal).keys()) if (!ids.includes(id)) ofJournal(journal).delete(id);
    },
  };
};
