import {
  type AfterJudgement,
  type Entry,
  type JournalName,
  splitJournal,
  type VerdictCommand,
  type VerdictEvent,
} from '@edict/contracts';
import {
  createSessionsDecider,
  describeVerdictState,
  policiesDecider,
  policySnapshot,
  type SessionFacts,
  sessionsSnapshot,
  verdictsDecider,
} from '@edict/core';
import type { PolicyDirectory } from '@edict/engine';
import { createReplay, type Replayed, type Until } from './replay.ts';
import type { StoredMessage } from './store-reader.ts';

export interface Replay {
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

const verdictInput = (
  { ws, facts, command, events }: Entry<VerdictCommand, VerdictEvent>,
  directory: PolicyDirectory,
) => {
  const { set_revision } = facts as { readonly set_revision: number };
  const set = directory.at(ws, set_revision);
  if (set === undefined) return undefined;
  return {
    command: command.kind === 'outcome' ? { ...command, ...judgementIn(events) } : command,
    facts: { set, setAt: (revision: number) => directory.at(ws, revision) },
  };
};

/** The value of an outcome is never kept; what the after rules made of it stands in the event alone. */
const judgementIn = (events: readonly VerdictEvent[]): { readonly judged?: AfterJudgement } => {
  const outcome = events.find((event) => event.type === 'outcome.recorded');
  return outcome?.data.after === undefined ? {} : { judged: outcome.data.after };
};
