import type { JournalName, SessionEvent } from '@edict/contracts';
import { acceptedAnswer, sessionReply } from './acknowledgement.ts';
import {
  answered,
  type ExpireSessionCommand,
  type RecordedSession,
  recorded,
  type SessionCommand,
  type SessionDecision,
  type SessionFacts,
} from './commands.ts';
import { evolveSessions, type SessionEventPlace } from './evolve-sessions.ts';
import { expired } from './messages/expiry.ts';
import { decideSignal } from './messages/signal.ts';
import { decideCancelSealed } from './sealed/cancel-sealed.ts';
import { decideStartSealed } from './sealed/start-sealed.ts';
import { isTerminal } from './state/session.ts';
import { captureSessions, reachOfSessions, restoreSessions } from './state/session-snapshot.ts';
import {
  createSessionsState,
  earliestDeadline,
  findSession,
  overdue,
  type SessionsState,
} from './state/sessions-state.ts';

/** Equal numbers promise that deciding again gives the same events byte for byte. */
const SEMANTICS = 2;

interface SessionInput {
  readonly command: SessionCommand;
  readonly ws: string;
  readonly at: number;
  readonly facts: SessionFacts;
}

/**
 * The rules of decision sessions (macp §2, §3; architecture §6) for a host of @edict/journal.
 * Repeats are judged by the session's own set of accepted message ids, so no command has a key.
 * The journal's name goes into the receipts of repeats; without it they carry none.
 */
export const createSessionsDecider = (journal?: JournalName) => ({
  semantics: SEMANTICS,
  initialState: createSessionsState,
  decide: ({ command, ws, at, facts }: SessionInput, state: SessionsState): SessionDecision => {
    switch (command.kind) {
      case 'signal':
        return decideSignal(command, { ws, at, facts, journal }, state);
      case 'start-sealed':
        return decideStartSealed(command, { ws, at }, state);
      case 'cancel-sealed':
        return decideCancelSealed(command, { ws, at }, state);
      case 'expire':
        return decideExpire(command, ws, at, state);
    }
  },
  evolve: (state: SessionsState, event: SessionEvent, place: SessionEventPlace): void =>
    evolveSessions(state, event, place),
  flow: (command: SessionCommand): string =>
    command.kind === 'signal' ? command.envelope.session_id : command.session_id,
  key: (): undefined => undefined,
  about: (): readonly [] => [],
  reply: (entry: RecordedSession): string => sessionReply(entry),
  repeats: (): undefined => undefined,
  nextDeadline: (state: SessionsState): number | undefined => {
    const first = earliestDeadline(state);
    return first === undefined ? undefined : first.time + 1;
  },
  due: (state: SessionsState, now: number): { ws: string; command: SessionCommand }[] =>
    overdue(state, now).flatMap(({ key }) => {
      const session = state.sessions.get(key);
      if (session === undefined) return [];
      const { ws, start } = session;
      return [{ ws, command: { kind: 'expire' as const, session_id: start.session_id } }];
    }),
  capture: captureSessions,
  restore: restoreSessions,
  reach: reachOfSessions,
  /** Only a start depends on facts; for everything else nothing is stored. */
  encodeFacts: (facts: SessionFacts): SessionFacts =>
    facts?.descriptor === undefined ? undefined : { descriptor: facts.descriptor },
});

/** {@link createSessionsDecider} for whoever replays any journal. */
export const sessionsDecider = createSessionsDecider();

const decideExpire = (
  { session_id }: ExpireSessionCommand,
  ws: string,
  at: number,
  state: SessionsState,
): SessionDecision => {
  const found = findSession(state, ws, session_id);
  if (found !== undefined && !isTerminal(found.progress.state) && at > found.progress.deadline) {
    return recorded(expired(found.session, found.progress));
  }
  const about = { message_id: '', session_id };
  const known = found?.progress.state ?? 'Expired';
  return answered(acceptedAnswer(about, known, { at: null, receipt: null, duplicate: true }));
};
