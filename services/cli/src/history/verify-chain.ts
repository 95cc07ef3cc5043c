import { isFault, type JournalName } from '@edict/contracts';
import {
  type AnchorCheck,
  assertFollows,
  createAnchorCheck,
  EMPTY_HEAD,
  type Head,
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
  /** How many commits fit, from the first on; the hash is of the last of them. */
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
 * the first of those is a break.
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
  head: Head;
  broken: ChainBreak | null;
}

const startWalk = (journal: JournalName, anchors: readonly PlacedAnchor[]): Walk => ({
  journal,
  check: createAnchorCheck(anchors),
  head: EMPTY_HEAD,
  broken: null,
});

const step = (walk: Walk, bytes: Uint8Array): void => {
  if (walk.broken !== null) return;
  const revision = walk.head.revision + 1;
  try {
    assertFollows(parseCommit(walk.journal, bytes), walk.head);
    walk.check.passes(revision, bytes);
    walk.head = { revision, hash: sha256Text(bytes) };
  } catch (error) {
    walk.broken = breakAt(walk, error);
  }
};

const report = ({ journal, head, broken, check }: Walk, count: number): ChainReport => ({
  journal,
  commits: head.revision,
  hash: head.hash,
  broken: broken ?? missingEnd({ journal, head, check }, count),
});

const missingEnd = (walk: Pick<Walk, 'journal' | 'head' | 'check'>, count: number): ChainBreak | null => {
  const { journal, head } = walk;
  try {
    walk.check.endsAt(head.revision);
  } catch (error) {
    return breakAt(walk, error);
  }
  if (count <= head.revision) return null;
  const why = `the broker counts ${count} commits, ${head.revision} can be read`;
  return { journal, revision: head.revision + 1, code: 'JOURNAL_BROKEN', why };
};

const breakAt = ({ journal, head }: Pick<Walk, 'journal' | 'head'>, error: unknown): ChainBreak => ({
  journal,
  revision: head.revision + 1,
  code: isFault(error, 'JOURNAL_TRUNCATED') ? 'JOURNAL_TRUNCATED' : 'JOURNAL_BROKEN',
  why: error instanceof Error ? error.message : String(error),
});
