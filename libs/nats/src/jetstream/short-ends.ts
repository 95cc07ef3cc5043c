import { Fault, type JournalName } from '@edict/contracts';

/**
 * Journals that end, as their leader says, before what is known of them. A leader that was just replaced, or has just
 * become one, may say so for a moment; a store that has lost commits says so for ever.
 */
export interface ShortEnds {
  /** The end lies before a known revision: `UNAVAILABLE` at first, `JOURNAL_BROKEN` once it has been so for 5 s. */
  fault(name: JournalName, known: number): Fault;
  /** The end lies at a revision. */
  reaches(name: JournalName, revision: number): void;
  /** Nobody could tell where it ends: only looks in a row count. */
  forget(name: JournalName): void;
}

const BELIEVED_MS = 5_000;

/** Shared by all who have the same journal open, for one that is opened anew at each try knows nothing. */
export const createShortEnds = (now: () => number): ShortEnds => {
  const short = new Map<JournalName, { readonly known: number; readonly since: number; latest: number }>();
  return {
    fault: (name, known) => {
      const before = short.get(name);
      const at = now();
      const inARow = before !== undefined && at - before.latest <= BELIEVED_MS;
      const since = inARow ? before.since : at;
      short.set(name, { known: Math.max(known, before?.known ?? 0), since, latest: at });
      if (at - since >= BELIEVED_MS) return lost(name, known);
      return new Fault(
        'UNAVAILABLE',
        `${name} was at revision ${known}, and its leader does not know that far`,
        {
          retriable: true,
        },
      );
    },
    reaches: (name, revision) => {
      if (revision >= (short.get(name)?.known ?? 0)) short.delete(name);
    },
    forget: (name) => void short.delete(name),
  };
};

const lost = (name: JournalName, known: number): Fault =>
  new Fault(
    'JOURNAL_BROKEN',
    `${name} ended at revision ${known}, but the broker's copy ends before it: its store has lost commits`,
  );
