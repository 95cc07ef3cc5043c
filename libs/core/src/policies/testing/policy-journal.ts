import type { PolicyCommand, PolicyEvent, Receipt } from '@edict/contracts';
import { policiesDecider } from '../policies-decider.ts';
import type { PolicyDecision } from '../policy-decision.ts';
import type { PolicyState } from '../policy-state.ts';

/** An entry as a journal holds it: JSON text, so that nothing but what was recorded can come back. */
interface StoredEntry {
  readonly at: number;
  readonly revision: number;
  readonly command: string;
  readonly events: string;
}

/** A workspace's policy journal in memory: each command that records something is a commit of its own. */
export interface PolicyJournal {
  readonly state: PolicyState;
  readonly entries: readonly StoredEntry[];
  /** Decides a command, one second after the one before, and folds what it records. */
  run(command: PolicyCommand): PolicyDecision;
  /** The reply to a change; throws when it was refused. */
  reply(command: PolicyCommand): Readonly<Record<string, unknown>>;
  /** The answer to a question; throws when it was refused. */
  read(command: PolicyCommand): unknown;
  /** The state as it is rebuilt from the texts alone, up to a revision. */
  replay(to?: number): PolicyState;
}

export const START = 1_763_715_600_000;
const WS = 'default';

export const createPolicyJournal = (): PolicyJournal => {
  const state = policiesDecider.initialState();
  const entries: StoredEntry[] = [];
  let at = START;

  const run = (command: PolicyCommand): PolicyDecision => {
    at += 1_000;
    state.mark();
    const decision = policiesDecider.decide({ command, ws: WS, at }, state);
    if (decision.ok && decision.events.length > 0) {
      const revision = entries.length + 1;
      fold(state, decision.events, at, revision, command);
      const events = JSON.stringify(decision.events);
      entries.push({ at, revision, command: policiesDecider.encode(command), events });
    }
    state.release();
    return decision;
  };

  return {
    state,
    entries,
    run,
    reply: (command) => {
      const decision = run(command);
      const event = decision.ok ? decision.events[0] : undefined;
      if (event === undefined) throw new Error(`nothing recorded: ${JSON.stringify(decision)}`);
      const receipt: Receipt = { journal: `policies.${WS}`, revision: entries.length, index: 0 };
      return JSON.parse(policiesDecider.reply({ entry: { command }, event, receipt }));
    },
    read: (command) => {
      const decision = run(command);
      if (!decision.ok) throw new Error(JSON.stringify(decision.rejection));
      return JSON.parse(JSON.stringify(decision.answer));
    },
    replay: (to = entries.length) => {
      const rebuilt = policiesDecider.initialState();
      for (const entry of entries.slice(0, to)) {
        fold(rebuilt, JSON.parse(entry.events), entry.at, entry.revision, JSON.parse(entry.command));
      }
      return rebuilt;
    },
  };
};

const fold = (
  state: PolicyState,
  events: readonly PolicyEvent[],
  at: number,
  revision: number,
  command: unknown,
): void => {
  for (const [index, event] of events.entries()) {
    policiesDecider.evolve(state, event, { ws: WS, at, revision, index, command });
  }
};
