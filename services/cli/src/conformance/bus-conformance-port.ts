import type { JournalName, SignalEnvelope } from '@edict/contracts';
import { createSessionsDecider, type SessionsState } from '@edict/core';
import { type ConformancePort, type ObservedSession, observeSession, type Submission } from '@edict/engine';
import { foldCommit, parseCommit } from '@edict/journal';
import type { Edict, ReplyError } from '@edict/sdk';
import type { StoreReader } from '../history/store-reader.ts';
import type { Bus } from '../verb.ts';

/** How long a policy that was saved may take to reach the aggregator. */
const SAVED_WITHIN_MS = 5_000;
const RETRY_MS = 20;
/** What a start is answered until then. A refusal uses no message id up, so it may be sent again. */
const NOT_YET = new Set(['UNKNOWN_POLICY_VERSION', 'POLICY_STALE', 'UNAVAILABLE', 'DEADLINE']);

/**
 * Plays fixtures on running services, each in the workspace that it is given. What is observed is folded from the
 * journals, so it is what was stored, not what a service says.
 */
export const createBusConformance = (bus: Bus) => {
  const seen = createSessionsFold();
  return async (ws: string): Promise<ConformancePort> => {
    const edict = await bus.edict(ws);
    const store = await bus.store();
    return {
      register: async (policy) => {
        const saved = await edict.policies.save(policy);
        return saved.error === undefined ? { accepted: true } : refused(saved.error);
      },
      submit: (envelope) => submit(edict, envelope),
      observe: async (sessionId) => {
        await seen.catchUp(store);
        return seen.observe(ws, sessionId);
      },
      replay: async (sessionId) => {
        const rebuilt = createSessionsFold();
        await rebuilt.catchUp(store);
        return rebuilt.observe(ws, sessionId);
      },
    };
  };
};

const submit = async (edict: Edict, envelope: SignalEnvelope): Promise<Submission> => {
  const end = performance.now() + SAVED_WITHIN_MS;
  for (;;) {
    const reply = await edict.signal(envelope);
    if (reply.ok) return { accepted: true };
    const error = reply.error ?? { code: 'INTERNAL_ERROR', message: 'refused without a reason' };
    const again = envelope.message_type === 'SessionStart' && NOT_YET.has(error.code);
    if (!again || performance.now() > end) return refused(error);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
};

/** Every session of a deployment, folded from its journals as far as they were read. */
const createSessionsFold = () => {
  const states = new Map<JournalName, SessionsState>();
  let after = 0;
  return {
    catchUp: async (store: StoreReader): Promise<void> => {
      for await (const { sequence, journal, bytes } of store.commits('sessions', { after })) {
        const decider = createSessionsDecider(journal);
        const state = states.get(journal) ?? decider.initialState();
        states.set(journal, state);
        foldCommit(parseCommit(journal, bytes), decider, state, undefined);
        after = sequence;
      }
    },
    observe: (ws: string, sessionId: string): ObservedSession | undefined => {
      for (const state of states.values()) {
        const session = observeSession(state, ws, sessionId);
        if (session !== undefined) return session;
      }
      return undefined;
    },
  };
};

const refused = ({ code, message }: Pick<ReplyError, 'code' | 'message'>): Submission => ({
  accepted: false,
  code,
  message,
});
