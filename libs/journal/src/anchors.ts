import type { JournalName } from '@edict/contracts';

/** The head of a journal as it once was, written down outside of it. */
export interface Anchor {
  readonly journal: JournalName;
  readonly revision: number;
  /** SHA-256 of that commit's bytes. */
  readonly hash: string;
}

/**
 * A second place for the heads of journals: a hash chain cannot show that its end is missing.
 * Each journal has one anchor in a place; a newer one replaces it.
 */
export interface Anchors {
  /** What the place is called in messages to people. */
  readonly place: string;
  /** The anchor of a journal; `undefined` when it was never anchored here. */
  read(journal: JournalName): Promise<Anchor | undefined>;
  /** The anchors of all journals, in no order. */
  all(): Promise<readonly Anchor[]>;
  /** Settles once it is stored. One that is older than what is there changes nothing. */
  write(anchor: Anchor): Promise<void>;
}

/** Anchors in one process's memory: for tests. */
export const createMemoryAnchors = (): Anchors => {
  const anchors = new Map<JournalName, Anchor>();
  return {
    place: 'memory',
    read: async (journal) => anchors.get(journal),
    all: async () => [...anchors.values()],
    write: async (anchor) => {
      if ((anchors.get(anchor.journal)?.revision ?? 0) <= anchor.revision)
        anchors.set(anchor.journal, anchor);
    },
  };
};
