import { Fault, type JournalName } from '@edict/contracts';
import type { Journal, OpenJournal } from './journal.ts';

/** Journals in one process's memory, with the same fence as the broker's: for the in-process engine and tests. */
export interface MemoryJournals {
  readonly open: OpenJournal;
  /** The commits of a journal so far, oldest first. */
  commits(name: JournalName): readonly Uint8Array[];
  names(): JournalName[];
}

export const createMemoryJournals = (): MemoryJournals => {
  const logs = new Map<JournalName, Uint8Array[]>();
  const logOf = (name: JournalName): Uint8Array[] => {
    const log = logs.get(name) ?? [];
    logs.set(name, log);
    return log;
  };
  return {
    open: async (name) => createMemoryJournal(name, logOf(name)),
    commits: (name) => logs.get(name) ?? [],
    names: () => [...logs.keys()],
  };
};

const createMemoryJournal = (name: JournalName, log: Uint8Array[]): Journal => {
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new Fault('JOURNAL_CLOSED', `${name} is closed`);
  };
  return {
    name,
    async *read(after) {
      assertOpen();
      const head = log.length;
      for (let i = after; i < head; i++) {
        const bytes = log[i];
        if (bytes !== undefined) yield { revision: i + 1, bytes };
      }
    },
    get: async (revision) => {
      assertOpen();
      const bytes = log[revision - 1];
      return bytes === undefined ? undefined : { revision, bytes };
    },
    append: async (head, bytes) => {
      assertOpen();
      if (log.length !== head) return 'conflict';
      log.push(bytes);
      return 'appended';
    },
    head: async () => {
      assertOpen();
      return log.length;
    },
    close: async () => {
      closed = true;
    },
  };
};
