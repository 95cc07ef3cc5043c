import { HOST_SENDER, type JournalName, type SessionEvent, type SessionStarted } from '@edict/contracts';
import { createSessionsDecider } from '@edict/core';
import type { SessionDecider } from '@edict/engine';
import { STRANGER } from '../documents.ts';

type Rules = (journal: JournalName) => SessionDecider;

const rewriting =
  (rewrite: (events: readonly SessionEvent[]) => readonly SessionEvent[]): Rules =>
  (journal) => {
    const truth: SessionDecider = createSessionsDecider(journal);
    return {
      ...truth,
      decide: (input, state) => {
        const decision = truth.decide(input, state);
        return decision.ok ? { ...decision, events: rewrite(decision.events) } : decision;
      },
    };
  };

/** Ends a session twice in one breath. */
export const resolvingTwice = rewriting((events) =>
  events.flatMap((event): SessionEvent[] => (event.type === 'session.resolved' ? [event, event] : [event])),
);

/** Lets somebody vote whom the verdict never named. */
export const openToStrangers: Rules = (journal) => {
  const truth: SessionDecider = createSessionsDecider(journal);
  return {
    ...truth,
    decide: (input, state) => {
      const { command } = input;
      const open =
        command.kind === 'start-sealed' ? { ...command, roster: [...command.roster, STRANGER] } : command;
      return truth.decide({ ...input, command: open }, state);
    },
  };
};

/** Takes the first approval for everybody's. */
export const contentWithOne: Rules = (journal) => {
  const truth: SessionDecider = createSessionsDecider(journal);
  const started = new Map<string, SessionStarted>();
  const approvals = (event: SessionEvent): SessionEvent[] => {
    if (event.type !== 'signal.accepted') return [event];
    const { session_id, payload } = event.data;
    const { request, mode_version, configuration_version, policy_id } = started.get(session_id) ?? {};
    if ((payload as { vote?: string }).vote !== 'APPROVE' || request === undefined) return [event];
    const resolution = {
      commitment_id: 'outcome',
      action: 'request.approved',
      authority_scope: 'escalation',
      reason: 'somebody is for it',
      mode_version: mode_version ?? '',
      policy_version: policy_id ?? '',
      configuration_version: configuration_version ?? '',
      outcome_positive: true,
    };
    const common = { session_id, message_id: null, sender: HOST_SENDER, request };
    return [event, { type: 'session.resolved', data: { ...common, resolution, reasons: [] } }];
  };
  return {
    ...truth,
    decide: (input, state) => {
      const decision = truth.decide(input, state);
      const [first] = decision.ok ? decision.events : [];
      return decision.ok && first !== undefined ? { ...decision, events: approvals(first) } : decision;
    },
    evolve: (state, event, place) => {
      if (event.type === 'session.started') started.set(event.data.session_id, event.data);
      truth.evolve(state, event, place);
    },
  };
};

/** Loses its timer: no session ends by its deadline alone. */
export const withoutDeadlines: Rules = (journal) => ({
  ...createSessionsDecider(journal),
  nextDeadline: () => undefined,
});
