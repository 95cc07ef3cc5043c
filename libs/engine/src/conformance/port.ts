import type { SignalEnvelope } from '@edict/contracts';
import { findSession, type SessionsState, type SessionView, sessionView } from '@edict/core';

export type Submission =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly code: string; readonly message: string };

/** A session as the corpus compares it: everything that can be seen of it, and the ids it has accepted. */
export interface ObservedSession {
  readonly view: SessionView;
  readonly accepted: readonly string[];
}

/** An engine that fixtures are played on. Sessions and policies live in one workspace of the engine's choice. */
export interface ConformancePort {
  register(policy: Readonly<Record<string, unknown>>): Promise<Submission>;
  submit(envelope: SignalEnvelope): Promise<Submission>;
  /** The session as it stands; `undefined` when there is none. */
  observe(sessionId: string): Promise<ObservedSession | undefined>;
  /** The same, rebuilt from the stored events alone, where no policy can be looked up. */
  replay(sessionId: string): Promise<ObservedSession | undefined>;
}

/** What a state holds about a session, for ports that fold the events of a journal. */
export const observeSession = (state: SessionsState, ws: string, id: string): ObservedSession | undefined => {
  const found = findSession(state, ws, id);
  if (found === undefined) return undefined;
  const accepted = [...found.session.accepted.entries()].map(([messageId]) => messageId).sort();
  return { view: sessionView(found.session, found.progress), accepted };
};
