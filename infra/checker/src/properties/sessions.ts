import type {
  SessionExpired,
  SessionResolved,
  SessionResumed,
  SessionStarted,
  SessionSuspended,
  SignalAccepted,
} from '@edict/contracts';
import { describeEvent, type Evidence, type Happening } from '../evidence.ts';
import type { Violation } from '../run.ts';
import { flawOfApproval } from '../votes.ts';

interface Session {
  readonly started: Happening;
  readonly terms: SessionStarted;
  deadline: number;
  suspended: boolean;
  ended: Happening | undefined;
  readonly accepted: Map<string, Happening>;
  readonly ballots: { readonly sender: string; readonly proposal: string; readonly vote: string }[];
  criticalObjections: number;
}

type Report = (sentence: string, ...events: readonly Happening[]) => void;

/** How long after its deadline a session's end may still be on its way. */
const GRACE_MS = 10_000;

/** A session ends at most once; only its roster is heard, until then, each message once; it is resolved only as its policy allows. */
export const wrongSessions = (evidence: Evidence): Violation[] => {
  const sessions = new Map<string, Session>();
  const found: Violation[] = [];
  const report: Report = (sentence, ...events) => {
    found.push({ property: 'session', sentence, evidence: events.map(describeEvent) });
  };
  for (const event of evidence.of('sessions')) fold(event, sessions, report);
  const { quietUntil } = evidence.run;
  if (quietUntil === undefined) return found;
  for (const [id, { started, deadline, ended }] of sessions) {
    if (ended === undefined && deadline + GRACE_MS <= quietUntil) {
      report(`session ${id} passed its deadline ${deadline} and never ended`, started);
    }
  }
  return found;
};

const fold = (event: Happening, sessions: Map<string, Session>, report: Report): void => {
  const { ws, type, data } = event;
  const id = `${ws} · ${(data as { session_id: string }).session_id}`;
  const session = sessions.get(id);
  if (type === 'session.started') {
    if (session !== undefined) report(`session ${id} starts twice`, session.started, event);
    sessions.set(id, begin(event));
    return;
  }
  if (session === undefined) report(`session ${id} was never started`, event);
  else if (session.ended !== undefined) report(`session ${id} goes on after its end`, session.ended, event);
  else if (type === 'signal.accepted') hear(event, id, session, report);
  else {
    const flaw = change(event, session);
    if (flaw !== undefined) report(`session ${id} ${flaw}`, session.started, event);
  }
};

const begin = (started: Happening): Session => {
  const terms = started.data as SessionStarted;
  return {
    started,
    terms,
    deadline: terms.deadline,
    suspended: false,
    ended: undefined,
    accepted: new Map(),
    ballots: [],
    criticalObjections: 0,
  };
};

const hear = (event: Happening, id: string, session: Session, report: Report): void => {
  const { message_id, message_type, sender, payload } = event.data as SignalAccepted;
  const before = session.accepted.get(message_id);
  if (before !== undefined) report(`session ${id} took message ${message_id} twice`, before, event);
  session.accepted.set(message_id, event);
  if (!session.terms.participants.includes(sender))
    report(`session ${id} heard ${sender}, who is not on its roster`, session.started, event);
  if (event.at > session.deadline)
    report(`session ${id} heard ${sender} after its deadline`, session.started, event);
  if (session.suspended)
    report(`session ${id} heard ${sender} while it was suspended`, session.started, event);
  const {
    proposal_id = '',
    vote,
    severity,
  } = payload as { proposal_id?: string; vote?: string; severity?: string };
  if (message_type === 'Objection' && severity === 'critical') session.criticalObjections += 1;
  if (message_type !== 'Vote' || vote === undefined) return;
  if (session.ballots.some((ballot) => ballot.sender === sender && ballot.proposal === proposal_id)) {
    report(`session ${id} counts two ballots of ${sender}`, session.started, event);
  }
  session.ballots.push({ sender, proposal: proposal_id, vote });
};

/** What is wrong with an event that moves a session on; `undefined` for what is right. */
const change = (event: Happening, session: Session): string | undefined => {
  switch (event.type) {
    case 'session.suspended':
      session.suspended = true;
      session.deadline = (event.data as SessionSuspended).until;
      return undefined;
    case 'session.resumed':
      session.suspended = false;
      session.deadline = (event.data as SessionResumed).deadline;
      return undefined;
    case 'session.expired':
      session.ended = event;
      return expiredFlaw(event, session);
    case 'session.resolved':
      session.ended = event;
      return resolvedFlaw(event, session);
    case 'session.cancelled':
      session.ended = event;
      return undefined;
    default:
      return undefined;
  }
};

const expiredFlaw = ({ at, data }: Happening, { deadline }: Session): string | undefined => {
  if (at <= deadline) return `expired at ${at}, before its deadline ${deadline}`;
  const { deadline: said } = data as SessionExpired;
  return said === deadline ? undefined : `expired at the deadline ${said} instead of ${deadline}`;
};

const resolvedFlaw = ({ at, data }: Happening, session: Session): string | undefined => {
  const { resolution, request } = data as SessionResolved;
  const { terms, ballots, deadline, criticalObjections } = session;
  if (at > deadline) return `was resolved at ${at}, after its deadline ${deadline}`;
  const isSealed = terms.request !== undefined;
  if (isSealed !== (request !== undefined)) return 'was resolved as if it were of another kind';
  if (!resolution.outcome_positive) {
    const rejected = ballots.some(({ vote }) => vote === 'REJECT');
    return isSealed && !rejected && criticalObjections === 0
      ? 'was declined though nobody rejected it'
      : undefined;
  }
  if (isSealed && !ballots.some(({ vote }) => vote === 'APPROVE')) return 'was approved by nobody';
  const flaw = flawOfApproval(terms.policy, { ballots, criticalObjections }, terms.participants);
  return flaw === undefined ? undefined : `was approved, but ${flaw}`;
};
