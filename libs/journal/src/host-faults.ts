import { Fault } from '@edict/contracts';
import { reasonIn } from './broken.ts';
import type { Clock } from './clock.ts';

/**
 * What fails for one command mostly fails for all: in so much time one failure of a kind is told. And when nobody has
 * tried to append for so long since one failed, that says nothing about now.
 */
const LATELY_MS = 10_000;

/** What goes wrong inside a host: who is told, and what it says about itself. */
export interface HostFaults {
  /** A command could not be decided: a bug, in most cases. */
  undecided(ws: string, cause: unknown): void;
  /** A caller's own code failed when it was handed an answer: nothing of the journal is wrong. */
  unanswered(ws: string, cause: unknown): void;
  /** The commit that was to follow a revision was not acknowledged. */
  unappended(cause: unknown, revision: number): void;
  /** The journal could not be read. */
  unread(cause: unknown): void;
  /**
   * Why the last append failed: until the journal goes on from the head that it was meant for, or, where nothing is
   * tried (`busy`), for a little while.
   */
  problem(head: number, busy: boolean): string | undefined;
}

export const createHostFaults = (
  journal: string,
  clock: Clock,
  tell: ((error: unknown) => void) | undefined,
): HostFaults => {
  const tellBug = lately(clock, tell);
  const tellOutage = lately(clock, tell);
  let failed: { readonly why: string; readonly revision: number; readonly at: number } | undefined;
  return {
    undecided: (ws, cause) => {
      const message = `a command of workspace ${ws} could not be decided on ${journal}: ${reasonIn(cause)}`;
      tellBug(new Fault('INTERNAL_ERROR', message, { cause }));
    },
    unanswered: (ws, cause) => {
      const message = `a command of workspace ${ws} could not be answered from ${journal}: ${reasonIn(cause)}`;
      tellBug(new Fault('INTERNAL_ERROR', message, { cause }));
    },
    unappended: (cause, revision) => {
      failed = { why: reasonIn(cause), revision, at: clock.monotonic() };
      tellOutage(cause);
    },
    unread: (cause) => tellOutage(cause),
    problem: (head, busy) => {
      if (failed === undefined || failed.revision !== head) return undefined;
      if (!busy && clock.monotonic() - failed.at > LATELY_MS) return undefined;
      return `the last append to ${journal} failed: ${failed.why}`;
    },
  };
};

/** Passes errors on, unless one was passed on lately. */
const lately = (clock: Clock, tell: (error: unknown) => void = () => {}): ((error: unknown) => void) => {
  let told = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (clock.monotonic() - told < LATELY_MS) return;
    told = clock.monotonic();
    tell(error);
  };
};
