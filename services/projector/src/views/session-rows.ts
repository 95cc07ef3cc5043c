import {
  Fault,
  type JournalEvent,
  type JournalName,
  type Receipt,
  type SessionEvent,
  sessionKey,
} from '@edict/contracts';
import { findSession, type SessionsState, type SessionView, sessionsDecider, sessionView } from '@edict/core';
import { foldAll } from './fold-all.ts';
import type { Projection } from './view-sink.ts';

/** A session with all that was said in it, and what is missing until it can end. */
export const sessionRows = (): Projection => {
  const states = new Map<JournalName, SessionsState>();
  /** Journals whose beginning was purged: of sessions that had ended by then they hold the rest at the most. */
  const purged = new Set<JournalName>();
  return {
    fold: ({ journal, commit }) => {
      const state = states.get(journal) ?? sessionsDecider.initialState();
      if (!states.has(journal) && commit.revision > 1) purged.add(journal);
      states.set(journal, state);
      return foldAll(commit, state, (stored, { receipt, ...place }) => {
        const event = known(stored, journal);
        sessionsDecider.evolve(state, event, place);
        const { session_id } = event.data;
        const found = findSession(state, place.ws, session_id);
        if (found === undefined && purged.has(journal)) return undefined;
        if (found === undefined) {
          throw new Fault(
            'JOURNAL_BROKEN',
            `${journal}/${place.revision} is about ${session_id}, which is not there`,
          );
        }
        return {
          key: sessionKey(place.ws, session_id),
          receipt,
          text: () => sessionText(sessionView(found.session, found.progress), receipt),
        };
      });
    },
  };
};

const SESSION_EVENTS: ReadonlySet<string> = new Set<SessionEvent['type']>([
  'session.started',
  'signal.accepted',
  'commitment.refused',
  'session.resolved',
  'session.cancelled',
  'session.expired',
  'session.suspended',
  'session.resumed',
]);

const known = (event: JournalEvent, journal: JournalName): SessionEvent => {
  if (SESSION_EVENTS.has(event.type)) return event as SessionEvent;
  throw new Fault('JOURNAL_BROKEN', `${journal} has an event of the unknown type ${event.type}`);
};

/** A message of the broker has at most a mebibyte; this leaves room for its headers. */
const ROW_BYTES = 1_000 * 1_024;

/** The row's text; of a session that is too long for one, what was said is only counted. */
export const sessionText = (view: SessionView, receipt: Receipt): string => {
  const whole = JSON.stringify({ ...view, receipt });
  if (Buffer.byteLength(whole) <= ROW_BYTES) return whole;
  const omitted = {
    proposals: Object.keys(view.proposals).length,
    evaluations: view.evaluations.length,
    objections: view.objections.length,
    votes: Object.values(view.votes).reduce((sum, cast) => sum + Object.keys(cast).length, 0),
  };
  const { outlook } = view;
  const short = { ...view, proposals: {}, evaluations: [], objections: [], votes: {} };
  return JSON.stringify({
    ...short,
    outlook: outlook === null ? null : { ...outlook, against_approval: [], against_decline: [] },
    omitted,
    receipt,
  });
};
