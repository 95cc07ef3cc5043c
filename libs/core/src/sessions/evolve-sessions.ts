import type {
  EvaluationPayload,
  ObjectionPayload,
  ProposalPayload,
  SessionEvent,
  SignalAccepted,
  VotePayload,
} from '@edict/contracts';
import { ballotKey, createSession, type Ending, type Progress, type Session } from './state/session.ts';
import {
  dropRetained,
  findSession,
  type SessionsState,
  sessionKeyOf,
  setProgress,
} from './state/sessions-state.ts';

/** Where an event stands in its journal. */
export interface SessionEventPlace {
  readonly ws: string;
  readonly at: number;
  readonly revision: number;
  readonly index: number;
}

/** Folds one event into the state. It never judges: what was decided stays decided, whatever the policies say today. */
export const evolveSessions = (state: SessionsState, event: SessionEvent, place: SessionEventPlace): void => {
  dropRetained(state, place.at);
  if (event.type === 'session.started') {
    start(state, event.data, place);
    return;
  }
  const found = findSession(state, place.ws, event.data.session_id);
  // A refused commitment leaves no trace in the session: neither its id nor its content.
  if (found === undefined || event.type === 'commitment.refused') return;
  const { session, progress } = found;
  accept(session, event, place);
  if (event.type === 'signal.accepted') hear(session, event.data);
  else setProgress(state, session.key, advance(progress, event, place.at));
};

const start = (
  state: SessionsState,
  data: Extract<SessionEvent, { type: 'session.started' }>['data'],
  { ws, at, revision, index }: SessionEventPlace,
): void => {
  const key = sessionKeyOf(ws, data.session_id);
  const session = createSession({ key, ws, begun: revision, start: data }, state.log);
  if (data.message_id !== null) session.accepted.set(data.message_id, { at, revision, index });
  state.sessions.set(key, session);
  setProgress(state, key, {
    state: 'Open',
    deadline: data.deadline,
    suspension: undefined,
    suspendedMs: 0,
    ending: undefined,
  });
};

const accept = (session: Session, event: SessionEvent, { at, revision, index }: SessionEventPlace): void => {
  if (event.type === 'session.expired' || event.data.message_id === null) return;
  session.accepted.set(event.data.message_id, { at, revision, index });
};

const hear = (session: Session, { message_type, sender, payload }: SignalAccepted): void => {
  switch (message_type) {
    case 'Proposal': {
      const proposal = payload as ProposalPayload;
      session.proposals.set(proposal.proposal_id, { ...proposal, sender });
      break;
    }
    case 'Evaluation':
      session.evaluations.push({ ...(payload as EvaluationPayload), sender });
      break;
    case 'Objection':
      session.objections.push({ ...(payload as ObjectionPayload), sender });
      break;
    case 'Vote': {
      const vote = payload as VotePayload;
      session.ballots.set(ballotKey(vote.proposal_id, sender), { ...vote, sender });
    }
  }
};

const advance = (progress: Progress, event: SessionEvent, at: number): Progress => {
  switch (event.type) {
    case 'session.suspended': {
      const suspension = { since: at, remaining: event.data.remaining_ms };
      return { ...progress, state: 'Suspended', deadline: event.data.until, suspension };
    }
    case 'session.resumed': {
      const { deadline, suspended_ms: suspendedMs } = event.data;
      return { ...progress, state: 'Open', deadline, suspension: undefined, suspendedMs };
    }
    case 'session.resolved':
      return ended(progress, { state: 'Resolved', at, data: event.data });
    case 'session.cancelled':
      return ended(progress, { state: 'Cancelled', at, data: event.data });
    case 'session.expired':
      return ended(progress, { state: 'Expired', at, data: event.data });
    default:
      return progress;
  }
};

const ended = (progress: Progress, ending: Ending): Progress => ({
  ...progress,
  state: ending.state,
  suspension: undefined,
  ending,
});
