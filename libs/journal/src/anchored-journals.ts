import type { JournalName } from '@edict/contracts';
import { type AnchorCheck, anchorsOf, createAnchorCheck } from './anchor-check.ts';
import type { Anchors } from './anchors.ts';
import type { Clock } from './clock.ts';
import { sha256Text } from './hash.ts';
import type { Journal, OpenJournal, StoredCommit } from './journal.ts';

export interface AnchoringOptions {
  readonly clock: Clock;
  /** Where anchors lie; each is written to and each is believed. */
  readonly places: readonly Anchors[];
  /** Told when an anchor could not be written; it is tried again. */
  readonly onFault?: (error: unknown) => void;
}

/** What is younger than this may be lost without notice when a broker loses the end of a journal. */
const ANCHOR_MS = 1_000;

/**
 * Journals whose heads are written down in second places, every second while they move and when they are closed.
 * The first read of one that lost what was anchored throws `JOURNAL_TRUNCATED`, naming the first missing revision.
 */
export const anchoredJournals =
  (open: OpenJournal, options: AnchoringOptions): OpenJournal =>
  async (name) =>
    anchored(await open(name), options);

const anchored = (journal: Journal, options: AnchoringOptions): Journal => {
  const { name } = journal;
  const scribe = createScribe(name, options);
  let check: AnchorCheck | undefined;
  let compared = false;

  async function* read(after: number): AsyncGenerator<StoredCommit> {
    // Before the head is looked at: an anchor is never ahead of its journal.
    check ??= createAnchorCheck(await anchorsOf(name, options.places));
    let last: StoredCommit | undefined;
    for await (const commit of journal.read(after)) {
      check.passes(commit.revision, commit.bytes);
      last = commit;
      yield commit;
    }
    check.endsAt(last?.revision ?? after);
    if (!compared) await compareBelow(journal, check, after);
    compared = true;
    if (last !== undefined) scribe.moved(last);
  }

  return {
    ...journal,
    read,
    append: async (head, bytes) => {
      const result = await journal.append(head, bytes);
      if (result === 'appended') scribe.moved({ revision: head + 1, bytes });
      return result;
    },
    close: async () => {
      await scribe.end();
      await journal.close();
    },
  };
};

/** Anchors below the start of a read are looked up; what retention has taken away is vouched for by a checkpoint. */
const compareBelow = async (journal: Journal, check: AnchorCheck, start: number): Promise<void> => {
  for (const { revision } of check.open()) {
    if (revision > start) continue;
    const commit = await journal.get(revision);
    if (commit !== undefined) check.passes(commit.revision, commit.bytes);
  }
};

/** Writes the latest head down at most once a second, and once more at the end. */
const createScribe = (journal: JournalName, { clock, places, onFault }: AnchoringOptions) => {
  let head: StoredCommit | undefined;
  let written = 0;
  let writing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let closed = false;

  const write = async (): Promise<void> => {
    if (head === undefined || head.revision === written) return;
    const { revision, bytes } = head;
    const anchor = { journal, revision, hash: sha256Text(bytes) };
    const results = await Promise.allSettled(places.map((place) => place.write(anchor)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) written = revision;
    else onFault?.(failed.reason);
  };
  const ring = async (): Promise<void> => {
    writing = write();
    await writing;
    cancel = undefined;
    arm();
  };
  const arm = (): void => {
    if (!closed && cancel === undefined && head !== undefined && head.revision !== written) {
      cancel = clock.after(ANCHOR_MS, () => void ring());
    }
  };
  return {
    moved: (commit: StoredCommit): void => {
      head = commit;
      arm();
    },
    end: async (): Promise<void> => {
      // From here on nothing rings again, not even after a write that is under way.
      closed = true;
      cancel?.();
      await writing;
      await write();
    },
  };
};
