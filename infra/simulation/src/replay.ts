import type { ReplayDifference, Run } from '@edict/checker';
import {
  type Entry,
  type JournalName,
  splitJournal,
  type VerdictCommand,
  type VerdictEvent,
} from '@edict/contracts';
import {
  canonicalText,
  commandForReplay,
  createSessionsDecider,
  describeVerdictState,
  type SessionFacts,
  sessionsSnapshot,
  verdictsDecider,
} from '@edict/core';
import { createPolicyDirectory, type PolicyDirectory } from '@edict/engine';
import { type Decider, isCheckpoint, parseCommit, type SpeculativeState } from '@edict/journal';
import type { Member } from './member.ts';

/** Decides every entry again from what was stored with it, and compares; then compares states with those that run. */
export const replayAgainst =
  (states: readonly LiveState[]) =>
  (journals: Run['journals']): readonly ReplayDifference[] => {
    const directory = policiesOf(journals);
    return [...journals].flatMap(([name, commits]) => replayJournal(name, commits, directory, states));
  };

/** The state of a journal as a running host holds it. */
export interface LiveState {
  readonly owner: string;
  readonly journal: JournalName;
  /** How many commits it has folded. */
  readonly revision: number;
  readonly text: string;
}

/** The states of all hosts of a member, each when it has read everything. */
export const liveStates = async (member: Member): Promise<LiveState[]> => {
  const { enforcer, aggregator } = member.services() ?? {};
  const owner = member.machine.name;
  const verdicts = (enforcer?.desk.hosts() ?? []).map(async (host) => {
    const text = await host.ask((state) => canonicalText(describeVerdictState(state)));
    const { journal, revision } = host.status();
    return { owner, journal: journal as JournalName, revision, text };
  });
  const sessions = (aggregator?.desk.hosts() ?? []).map(async (host) => {
    const text = await host.ask((state) => canonicalText(sessionsSnapshot(state)));
    const { journal, revision } = host.status();
    return { owner, journal: journal as JournalName, revision, text };
  });
  const settled = await Promise.allSettled([...verdicts, ...sessions]);
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
};

const policiesOf = (journals: Run['journals']): PolicyDirectory => {
  const directory = createPolicyDirectory();
  for (const [name, commits] of journals) {
    const { kind, key } = splitJournal(name);
    if (kind !== 'policies') continue;
    for (const bytes of commits) directory.apply(key, parseCommit(name, bytes));
  }
  return directory;
};

const replayJournal = (
  name: JournalName,
  commits: readonly Uint8Array[],
  directory: PolicyDirectory,
  states: readonly LiveState[],
): ReplayDifference[] => {
  switch (splitJournal(name).kind) {
    case 'policies':
      return [];
    case 'sessions':
      return replayWith(name, commits, states, {
        decider: createSessionsDecider(name),
        inputOf: ({ command, facts }) => ({ command, facts: facts as SessionFacts }),
        describe: sessionsSnapshot,
      });
    case 'verdicts':
      return replayWith(name, commits, states, {
        decider: verdictsDecider,
        inputOf: (entry) => {
          const { set_revision } = entry.facts as { readonly set_revision: number };
          const setAt = (revision: number) => directory.at(entry.ws, revision);
          const set = setAt(set_revision) ?? directory.current(entry.ws);
          return {
            command: commandForReplay(entry as Entry<VerdictCommand, VerdictEvent>),
            facts: { set, setAt },
          };
        },
        describe: describeVerdictState,
      });
  }
};

interface Replayer<C, E extends { type: string; data: unknown }, S extends SpeculativeState, F> {
  readonly decider: Decider<C, E, S, F>;
  readonly inputOf: (entry: Entry<C, E>) => { readonly command: C; readonly facts: F };
  readonly describe: (state: S) => unknown;
}

const replayWith = <C, E extends { type: string; data: unknown }, S extends SpeculativeState, F>(
  name: JournalName,
  commits: readonly Uint8Array[],
  states: readonly LiveState[],
  { decider, inputOf, describe }: Replayer<C, E, S, F>,
): ReplayDifference[] => {
  const state = decider.initialState();
  const found: ReplayDifference[] = [];
  const live = states.filter(({ journal, revision }) => journal === name && revision === commits.length);
  for (const [i, bytes] of commits.entries()) {
    const revision = i + 1;
    let index = 0;
    for (const stored of parseCommit(name, bytes).entries) {
      const entry = stored as Entry<C, E>;
      const { ws, at, command } = entry;
      // It decided nothing.
      if (isCheckpoint(command)) continue;
      const decision = decider.decide({ ...inputOf(entry), ws, at }, state);
      const derived = JSON.stringify(decision.ok ? decision.events : decision.rejection);
      const recorded = JSON.stringify(entry.events);
      if (derived !== recorded) {
        found.push({ place: `${name}/${revision}`, why: `recorded: ${recorded}\nagain: ${derived}` });
      }
      for (const event of entry.events) {
        decider.evolve(state, event, { ws, at, revision, index, command });
        index += 1;
      }
    }
  }
  return [...found, ...otherStates(name, live, canonicalText(describe(state)))];
};

const otherStates = (
  name: JournalName,
  live: readonly LiveState[],
  rebuilt: string,
): readonly ReplayDifference[] =>
  live
    .filter(({ text }) => text !== rebuilt)
    .map(({ owner, text }) => ({
      place: `${name} at ${owner}`,
      why: `rebuilt: ${rebuilt}\nlive: ${text}`,
    }));
