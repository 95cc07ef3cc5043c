import type { SessionStarted, SessionState } from '@edict/contracts';
import type { AcceptedMessage, Progress, Session } from './session.ts';
import { createSession } from './session.ts';
import { createSessionsState, type SessionsState, sessionKeyOf, setProgress } from './sessions-state.ts';

/** A session with all that was said in it. */
interface ToldSession {
  readonly ws: string;
  /** Revision of the commit in which it began; older snapshots do not tell it. */
  readonly begun?: number;
  readonly start: SessionStarted;
  readonly progress: Progress;
  readonly accepted: readonly (readonly [string, AcceptedMessage])[];
  readonly proposals: readonly (readonly [string, ProposalOf])[];
  readonly evaluations: readonly Session['evaluations']['items'][number][];
  readonly objections: readonly Session['objections']['items'][number][];
  readonly ballots: readonly (readonly [string, BallotOf])[];
}
type ProposalOf = NonNullable<ReturnType<Session['proposals']['get']>>;
type BallotOf = NonNullable<ReturnType<Session['ballots']['get']>>;

/** What a snapshot of a sessions state tells, a little at a time. Plain JSON. */
export type SessionsPart =
  | readonly ['session', ToldSession]
  | readonly ['dropped', key: string, SessionState];

/** Captures a state at once and tells it later; see the verdicts' snapshot. Not to be called during a try-out. */
export const captureSessions = (state: SessionsState): Iterable<SessionsPart> => {
  const sessions = [...state.sessions.values()].map((session) => captured(state, session));
  const dropped = [...state.tombstones.entries()];
  return (function* (): Generator<SessionsPart> {
    for (const session of sessions) if (session !== undefined) yield ['session', session];
    for (const [key, ended] of dropped) yield ['dropped', key, ended];
  })();
};

const captured = (state: SessionsState, session: Session): ToldSession | undefined => {
  const progress = state.progress.get(session.key);
  if (progress === undefined) return undefined;
  const { ws, begun, start, accepted, proposals, evaluations, objections, ballots } = session;
  return {
    ...{ ws, begun, start, progress },
    accepted: [...accepted.entries()],
    proposals: [...proposals.entries()],
    evaluations: [...evaluations.items],
    objections: [...objections.items],
    ballots: [...ballots.entries()],
  };
};

/** The earliest revision that a part refers to: whoever folds the journal from there on knows the whole session. */
export const reachOfSessions = (part: SessionsPart): number | undefined =>
  part[0] === 'session' ? (part[1].begun ?? 1) : undefined;

/** Takes the parts of a snapshot, and gives the state once all were taken. */
export const restoreSessions = () => {
  const state = createSessionsState();
  const take = (told: ToldSession): void => {
    const key = sessionKeyOf(told.ws, told.start.session_id);
    const session = createSession({ key, ws: told.ws, begun: told.begun ?? 1, start: told.start }, state.log);
    for (const [id, place] of told.accepted) session.accepted.set(id, place);
    for (const [id, proposal] of told.proposals) session.proposals.set(id, proposal);
    for (const evaluation of told.evaluations) session.evaluations.push(evaluation);
    for (const objection of told.objections) session.objections.push(objection);
    for (const [id, ballot] of told.ballots) session.ballots.set(id, ballot);
    state.sessions.set(key, session);
    const { state: now, deadline, suspension, suspendedMs, ending } = told.progress;
    // What is undefined is left out of JSON.
    setProgress(state, key, { state: now, deadline, suspension, suspendedMs, ending });
  };
  return {
    add: (part: SessionsPart): void => {
      if (part[0] === 'session') take(part[1]);
      else state.tombstones.set(part[1], part[2]);
    },
    done: (): SessionsState => state,
  };
};
