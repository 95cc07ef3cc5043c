import { type Commit, isFault, type JournalName, splitJournal } from '@edict/contracts';
import {
  type AnchorCheck,
  assertFollows,
  createAnchorCheck,
  EMPTY_HEAD,
  type Head,
  isCheckpoint,
  type PlacedAnchor,
  parseCommit,
  sha256Text,
} from '@edict/journal';
import type { StoredMessage } from './store-reader.ts';

/** The first commit of a journal that does not fit, and why. */
export interface ChainBreak {
  readonly journal: JournalName;
  /** The revision that should stand there. */
  readonly revision: number;
  /** `JOURNAL_TRUNCATED`: what was anchored is not there any more. `JOURNAL_BROKEN`: it does not fit together. */
  readonly code: 'JOURNAL_BROKEN' | 'JOURNAL_TRUNCATED';
  readonly why: string;
}

export interface ChainReport {
  readonly journal: JournalName;
  /** The first revision that is kept: 1 unless what lies below was purged, which a checkpoint then vouches for. */
  readonly from: number;
  /** How many commits fit, from that one on; the hash is of the last of them. */
  readonly commits: number;
  readonly hash: string;
  readonly broken: ChainBreak | null;
}

export interface WalkOptions {
  /** How many commits the broker counts in each journal. */
  readonly counts?: ReadonlyMap<JournalName, number>;
  readonly anchors?: readonly PlacedAnchor[];
}

/**
 * Walks hash chains over the stored bytes: each commit must be of its journal, one revision after the one before,
 * and name that one's SHA-256. After a break the rest of that journal proves nothing and is left out. A chain cannot
 * show that its end is missing; an anchor above it does, and where the broker counts more commits than were read,
 * the first of those is a break. A journal that was purged begins later: then a checkpoint in it must name a head that
 * the chain has from there on.
 */
export const createChainWalk = ({ counts = new Map(), anchors = [] }: WalkOptions = {}) => {
  const anchored = Map.groupBy(anchors, ({ journal }) => journal);
  const walks = new Map<JournalName, Walk>();
  const walkOf = (journal: JournalName): Walk => {
    const walk = walks.get(journal) ?? startWalk(journal, anchored.get(journal) ?? []);
    walks.set(journal, walk);
    return walk;
  };
  return {
    add: ({ journal, bytes }: Omit<StoredMessage, 'sequence'>): void => step(walkOf(journal), bytes),
    reports: (): readonly ChainReport[] => {
      for (const journal of [...counts.keys(), ...anchored.keys()]) walkOf(journal);
      return [...walks.values()]
        .map((walk) => report(walk, counts.get(walk.journal) ?? 0))
        .sort((a, b) => a.journal.localeCompare(b.journal, 'en', { numeric: true }));
    },
  };
};

interface Walk {
  readonly journal: JournalName;
  readonly check: AnchorCheck;
  from: number;
  head: Head;
  /** Hashes from below the first commit on, until a checkpoint names one of them; absent when none is wanted. */
  unvouched: Map<number, string> | undefined;
  broken: ChainBreak | null;
}

const startWalk = (journal: JournalName, anchors: readonly PlacedAnchor[]): Walk => ({
  journal,
  check: createAnchorCheck(anchors),
  from: 1,
  head: EMPTY_HEAD,
  unvouched: undefined,
  broken: null,
});

const step = (walk: Walk, bytes: Uint8Array): void => {
  if (walk.broken !== null) return;
  try {
    const commit = parseCommit(walk.journal, bytes);
    if (beginsRetained(walk, commit)) beginAt(walk, commit);
    assertFollows(commit, walk.head);
    walk.check.passes(commit.revision, bytes);
    vouch(walk, commit);
    walk.head = { revision: commit.revision, hash: sha256Text(bytes) };
    walk.unvouched?.set(walk.head.revision, walk.head.hash);
  } catch (error) {
    walk.broken = breakAt(walk, error);
  }
};

/** Only what owners keep states of is ever purged. */
const beginsRetained = ({ journal, head }: Walk, { revision }: Commit): boolean =>
  head.revision === 0 && revision > 1 && splitJournal(journal).kind !== 'policies';

const beginAt = (walk: Walk, { revision, previous }: Commit): void => {
  walk.from = revision;
  walk.head = { revision: revision - 1, hash: previous };
  walk.unvouched = new Map([[walk.head.revision, walk.head.hash]]);
};

/** A checkpoint names a head: when the chain has that one, the state that everything below led to was kept. */
const vouch = (walk: Walk, { entries }: Commit): void => {
  for (const { command } of entries) {
    if (isCheckpoint(command) && walk.unvouched?.get(command.revision) === command.head) {
      walk.unvouched = undefined;
    }
  }
};

const report = (walk: Walk, count: number): ChainReport => {
  const { journal, from, head, broken } = walk;
  return {
    journal,
    from,
    commits: head.revision - from + 1,
    hash: head.hash,
    broken: missingStart(walk) ?? broken ?? missingEnd(walk, count),
  };
};

const missingStart = ({ journal, from, unvouched }: Walk): ChainBreak | null => {
  if (unvouched === undefined) return null;
  const why = `the journal begins at revision ${from}, and no checkpoint above says that what lies below may be gone`;
  return { journal, revision: 1, code: 'JOURNAL_BROKEN', why };
};

const missingEnd = (walk: Walk, count: number): ChainBreak | null => {
  const { journal, head, from } = walk;
  const read = head.revision - from + 1;
  try {
    walk.check.endsAt(head.revision);
  } catch (error) {
    return breakAt(walk, error);
  }
  if (count <= read) return null;
  const why = `the broker counts ${count} commits, ${read} can be read`;
  return { journal, revision: head.revision + 1, code: 'JOURNAL_BROKEN', why };
};

const breakAt = ({ journal, head }: Pick<Walk, 'journal' | 'head'>, error: unknown): ChainBreak => ({
  journal,
  revision: head.revision + 1,
  code: isFault(error, 'JOURNAL_TRUNCATED') ? 'JOURNAL_TRUNCATED' : 'JOURNAL_BROKEN',
  why: error instanceof Error ? error.message : String(error),
});
