import {
  type Entry,
  type JournalName,
  splitJournal,
  type VerdictCommand,
  type VerdictEvent,
} from '@edict/contracts';
import {
  commandForReplay,
  createSessionsDecider,
  describeVerdictState,
  policiesDecider,
  policySnapshot,
  type SessionFacts,
  sessionsSnapshot,
  verdictsDecider,
} from '@edict/core';
import type { PolicyDirectory } from '@edict/engine';
import { createReplay, type KeptStates, type Replayed, type Until } from './replay.ts';
import type { StoredMessage } from './store-reader.ts';

export interface Replay {
  /** Begins at the oldest checkpoint instead of at the first event. Fault `JOURNAL_BROKEN` when there is none. */
  begin(kept: KeptStates): Promise<void>;
  add(message: Pick<StoredMessage, 'bytes'>): void;
  result(): Replayed;
}

/**
 * The replay of a journal by its kind. Verdicts are judged under the policies of the set revision that each cites,
 * so the directory must hold every workspace's policies already.
 */
export const replayOf = (journal: JournalName, directory: PolicyDirectory, until: Until): Replay => {
  switch (splitJournal(journal).kind) {
    case 'policies':
      // A save's document lies in its event alone, so there is nothing to decide again from.
      return createReplay(
        journal,
        { decider: policiesDecider, inputOf: () => undefined, snapshot: policySnapshot },
        until,
      );
    case 'sessions':
      return createReplay(
        journal,
        {
          decider: createSessionsDecider(journal),
          inputOf: ({ command, facts }) => ({ command, facts: facts as SessionFacts }),
          snapshot: sessionsSnapshot,
        },
        until,
      );
    case 'verdicts':
      return createReplay(
        journal,
        {
          decider: verdictsDecider,
          inputOf: (entry) => verdictInput(entry, directory),
          snapshot: describeVerdictState,
        },
        until,
      );
  }
};

const verdictInput = (entry: Entry<VerdictCommand, VerdictEvent>, directory: PolicyDirectory) => {
  const { ws, facts } = entry;
  const { set_revision } = facts as { readonly set_revision: number };
  const set = directory.at(ws, set_revision);
  if (set === undefined) return undefined;
  return {
    command: commandForReplay(entry),
    facts: { set, setAt: (revision: number) => directory.at(ws, revision) },
  };
};
