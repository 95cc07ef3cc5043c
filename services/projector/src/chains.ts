import { type Commit, Fault, type JournalName, splitJournal } from '@edict/contracts';
import { assertFollows, EMPTY_HEAD, type Head, parseCommit, sha256Text } from '@edict/journal';

/** The heads of the journals of a stream as far as they were read. */
export interface Chains {
  head(journal: JournalName): Head | undefined;
  /** Parses the next commit of a journal and checks that it follows the head, or begins what was not purged; `JOURNAL_BROKEN` when it does not. */
  check(journal: JournalName, head: Head, bytes: Uint8Array): Commit;
  /** Begins a journal at a head that was found elsewhere. */
  adopt(journal: JournalName, head: Head): void;
  /** Makes a commit the head of its journal. */
  advance(commit: Commit, bytes: Uint8Array): void;
}

export const createChains = (): Chains => {
  const heads = new Map<JournalName, Head>();
  return {
    head: (journal) => heads.get(journal),
    check: (journal, head, bytes) => {
      const commit = parseCommit(journal, bytes);
      if (!isRetainedStart(commit, head)) assertFollows(commit, head);
      return commit;
    },
    adopt: (journal, head) => {
      heads.set(journal, head);
    },
    advance: (commit, bytes) => {
      heads.set(commit.journal, headOf(commit, bytes));
    },
  };
};

/** Whether a commit is the first of its journal because what lay below was purged. Policy journals never are. */
export const isRetainedStart = ({ journal, revision }: Commit, head: Head): boolean =>
  head.revision === 0 && revision > 1 && splitJournal(journal).kind !== 'policies';

/** The head that a commit is, read from the bytes that precede another one. */
export const headFrom = (journal: JournalName, bytes: Uint8Array | undefined): Head =>
  bytes === undefined ? EMPTY_HEAD : headOf(parseCommit(journal, bytes), bytes);

const headOf = ({ journal, revision }: Commit, bytes: Uint8Array): Head => {
  if (!Number.isSafeInteger(revision))
    throw new Fault('JOURNAL_BROKEN', `a commit of ${journal} has no revision`);
  return { revision, hash: sha256Text(bytes) };
};
