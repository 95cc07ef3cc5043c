import type { JournalName } from '@edict/contracts';
import { assertFollows, EMPTY_HEAD, type Head, parseCommit, sha256Text } from '@edict/journal';
import type { StoredMessage } from './store-reader.ts';

/** The first commit of a journal that does not fit, and why. */
export interface ChainBreak {
  readonly journal: JournalName;
  /** The revision that should stand there. */
  readonly revision: number;
  readonly why: string;
}

export interface ChainReport {
  readonly journal: JournalName;
  /** How many commits fit, from the first on; the hash is of the last of them. */
  readonly commits: number;
  readonly hash: string;
  readonly broken: ChainBreak | null;
}

/**
 * Walks hash chains over the stored bytes: each commit must be of its journal, one revision after the one before,
 * and name that one's SHA-256. After a break the rest of that journal proves nothing and is left out. A chain cannot
 * show that its end is missing; where the broker counts more commits than were read, the first of those is a break.
 */
export const createChainWalk = (counts: ReadonlyMap<JournalName, number> = new Map()) => {
  const heads = new Map<JournalName, Walked>();
  return {
    add: ({ journal, bytes }: Omit<StoredMessage, 'sequence'>): void => {
      const walked = heads.get(journal) ?? START;
      if (walked.broken !== null) return;
      const { head } = walked;
      try {
        assertFollows(parseCommit(journal, bytes), head);
        heads.set(journal, { head: { revision: head.revision + 1, hash: sha256Text(bytes) }, broken: null });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        heads.set(journal, { head, broken: { journal, revision: head.revision + 1, why } });
      }
    },
    reports: (): readonly ChainReport[] =>
      [...new Map([...[...counts.keys()].map((journal) => [journal, START] as const), ...heads])]
        .map(([journal, { head, broken }]) => ({
          journal,
          commits: head.revision,
          hash: head.hash,
          broken: broken ?? missingEnd(journal, head, counts.get(journal) ?? 0),
        }))
        .sort((a, b) => a.journal.localeCompare(b.journal, 'en', { numeric: true })),
  };
};

interface Walked {
  readonly head: Head;
  readonly broken: ChainBreak | null;
}

const START: Walked = { head: EMPTY_HEAD, broken: null };

const missingEnd = (journal: JournalName, { revision }: Head, count: number): ChainBreak | null =>
  count <= revision
    ? null
    : { journal, revision: revision + 1, why: `the broker counts ${count} commits, ${revision} can be read` };
