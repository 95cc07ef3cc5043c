import { Fault, type JournalName } from '@edict/contracts';
import { assertPurgeable, type Journal, type OpenJournal, purgedBelow } from './journal.ts';

/** Journals in one process's memory, with the same fence as the broker's: for the in-process engine and tests. */
export interface MemoryJournals {
  readonly open: OpenJournal;
  /** The commits of a journal that are kept, oldest first. */
  commits(name: JournalName): readonly Uint8Array[];
  names(): JournalName[];
}

interface Log {
  /** How many commits were purged. */
  purged: number;
  readonly commits: Uint8Array[];
}

export const createMemoryJournals = (): MemoryJournals => {
  const logs = new Map<JournalName, Log>();
  const logOf = (name: JournalName): Log => {
    const log = logs.get(name) ?? { purged: 0, commits: [] };
    logs.set(name, log);
    return log;
  };
  return {
    open: async (name) => createMemoryJournal(name, logOf(name)),
    commits: (name) => logs.get(name)?.commits ?? [],
    names: () => [...logs.keys()],
  };
};

const createMemoryJournal = (name: JournalName, log: Log): Journal => {
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new Fault('JOURNAL_CLOSED', `${name} is closed`);
  };
  const headNow = (): number => log.purged + log.commits.length;
  return {
    name,
    async *read(after) {
      assertOpen();
      if (after < log.purged) throw purgedBelow(name, after + 1, log.purged + 1);
      const commits = log.commits.slice(after - log.purged);
      for (const [i, bytes] of commits.entries()) yield { revision: after + i + 1, bytes };
    },
    get: async (revision) => {
      assertOpen();
      const bytes = log.commits[revision - log.purged - 1];
      return bytes === undefined ? undefined : { revision, bytes };
    },
    append: async (head, bytes) => {
      assertOpen();
      if (headNow() !== head) return 'conflict';
      log.commits.push(bytes);
      return 'appended';
    },
    head: async () => {
      assertOpen();
      return headNow();
    },
    first: async () => {
      assertOpen();
      return log.purged + 1;
    },
    purge: async (below) => {
      assertOpen();
      assertPurgeable(name);
      const gone = Math.min(below, headNow()) - 1 - log.purged;
      if (gone <= 0) return;
      log.commits.splice(0, gone);
      log.purged += gone;
    },
    close: async () => {
      closed = true;
    },
  };
};
