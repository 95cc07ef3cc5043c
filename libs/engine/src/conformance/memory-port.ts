import type { Acknowledgement, SessionEvent } from '@edict/contracts';
import {
  checkDecisionDocument,
  createSessionsDecider,
  type SessionCommand,
  sessionsDecider,
} from '@edict/core';
import { type ConformancePort, observeSession, type Submission } from './port.ts';

const WORKSPACE = 'conformance';
const JOURNAL = 'sessions.0';

/**
 * The sessions decider with nothing around it: every event passes through JSON, as a journal would store it, and
 * the time stands still.
 */
export const createMemoryConformancePort = (): ConformancePort => {
  const decider = createSessionsDecider(JOURNAL);
  const state = decider.initialState();
  const policies = new Map<unknown, unknown>();
  const stored: string[] = [];
  const at = 1_700_000_000_000;

  const submit = (command: SessionCommand, descriptor: unknown): Submission => {
    const facts = descriptor === undefined ? undefined : { descriptor };
    const decision = decider.decide({ command, ws: WORKSPACE, at, facts }, state);
    if (!decision.ok) return refused(decision.rejection);
    const index = stored.length;
    for (const event of decision.events) stored.push(JSON.stringify(event));
    const events = stored.slice(index).map((text): SessionEvent => JSON.parse(text));
    for (const [i, event] of events.entries()) {
      decider.evolve(state, event, { ws: WORKSPACE, at, revision: 1, index: index + i });
    }
    const receipt = { journal: JOURNAL, revision: 1, index } as const;
    const reply: Acknowledgement =
      events.length === 0
        ? decision.answer
        : JSON.parse(decider.reply({ entry: { at, command, events }, receipt }));
    return reply.error === null ? { accepted: true } : refused(reply.error);
  };

  return {
    register: async (policy) => {
      const [problem] = checkDecisionDocument(policy).problems;
      if (problem !== undefined) return refused({ ...problem, code: 'INVALID_POLICY_DEFINITION' });
      policies.set(policy['policy_id'], policy);
      return { accepted: true };
    },
    submit: async (envelope) => {
      const named = envelope.message_type === 'SessionStart' ? envelope.payload['policy_version'] : undefined;
      return submit({ kind: 'signal', envelope }, policies.get(named));
    },
    observe: async (sessionId) => observeSession(state, WORKSPACE, sessionId),
    replay: async (sessionId) => {
      const rebuilt = sessionsDecider.initialState();
      for (const [index, text] of stored.entries()) {
        sessionsDecider.evolve(rebuilt, JSON.parse(text), { ws: WORKSPACE, at, revision: 1, index });
      }
      return observeSession(rebuilt, WORKSPACE, sessionId);
    },
  };
};

const refused = ({ code, message }: { readonly code: string; readonly message: string }): Submission => ({
  accepted: false,
  code,
  message,
});
