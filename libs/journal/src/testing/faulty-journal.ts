import { Fault } from '@edict/contracts';
import type { Journal } from '../journal.ts';

/** What happens to an append. */
export type AppendFault =
  /** Nothing is stored, and the caller is told that it is not known. */
  | { readonly kind: 'fails' }
  /** It is stored, and the caller is told that it is not known. */
  | { readonly kind: 'loses-ack' }
  /** It waits until `release` is called. */
  | { readonly kind: 'delays'; readonly until: Promise<void> }
  /** Somebody else appends first, so that it is refused. */
  | { readonly kind: 'rival-first'; readonly rival: (head: number) => Promise<void> }
  /** It is stored, somebody else appends on top of it, and the caller is told that it is not known. */
  | { readonly kind: 'rival-on-top'; readonly rival: (head: number) => Promise<void> };

/** A journal that does what it is told to with its next appends and reads, and behaves otherwise. */
export interface FaultyJournal extends Journal {
  /** Faults for the next appends, in order. */
  readonly appends: AppendFault[];
  /** How many of the next reads of commits or of the head fail. */
  failReads(count: number): void;
}

const uncertain = (name: string): Fault =>
  new Fault('JOURNAL_UNCERTAIN', `it is not known whether ${name} stored the commit`, { retriable: true });

export const createFaultyJournal = (journal: Journal): FaultyJournal => {
  const appends: AppendFault[] = [];
  let failingReads = 0;
  const assertReachable = (): void => {
    if (failingReads === 0) return;
    failingReads -= 1;
    throw new Fault('JOURNAL_UNREACHABLE', `${journal.name} is out of reach`, { retriable: true });
  };
  return {
    name: journal.name,
    appends,
    failReads: (count) => {
      failingReads = count;
    },
    async *read(after) {
      assertReachable();
      yield* journal.read(after);
    },
    get: async (revision) => {
      assertReachable();
      return journal.get(revision);
    },
    head: async () => {
      assertReachable();
      return journal.head();
    },
    append: async (head, bytes) => {
      const fault = appends.shift();
      switch (fault?.kind) {
        case undefined:
          return journal.append(head, bytes);
        case 'fails':
          throw uncertain(journal.name);
        case 'loses-ack':
          await journal.append(head, bytes);
          throw uncertain(journal.name);
        case 'delays':
          await fault.until;
          return journal.append(head, bytes);
        case 'rival-first':
          await fault.rival(head);
          return journal.append(head, bytes);
        case 'rival-on-top':
          await journal.append(head, bytes);
          await fault.rival(head + 1);
          throw uncertain(journal.name);
      }
    },
    close: () => journal.close(),
  };
};
