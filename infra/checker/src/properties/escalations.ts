import type {
  EscalationOpened,
  EscalationSession,
  RequestRef,
  SessionResolved,
  SessionStarted,
  Verdict,
  VerdictClosed,
} from '@edict/contracts';
import { describeEvent, type Evidence, type Happening, requestOf } from '../evidence.ts';
import type { Violation } from '../run.ts';

type Report = (sentence: string, ...events: readonly (Happening | undefined)[]) => void;

/** How long after its time the closing of a verdict may still be on its way. */
const GRACE_MS = 10_000;

/** What the session journals say about one session. */
interface SessionBook {
  started: Happening | undefined;
  ended: Happening | undefined;
}

interface Open {
  readonly opened: Happening;
  readonly terms: EscalationOpened;
  closed: Happening | undefined;
}

/**
 * A verdict that escalates is closed by its sessions, by its time or by its requester: positively only when every one
 * of its sessions was approved by the roster that it named.
 */
export const wrongEscalations = (evidence: Evidence): Violation[] => {
  const found: Violation[] = [];
  const report: Report = (sentence, ...events) => {
    const shown = events.flatMap((event) => (event === undefined ? [] : [describeEvent(event)]));
    found.push({ property: 'escalation', sentence, evidence: shown });
  };
  const sessions = readSessions(evidence);
  const open = new Map<string, Open>();
  for (const event of evidence.of('verdicts')) {
    const key = event.type === 'verdict.issued' ? '' : requestOf(event.ws, event.data as RequestRef);
    if (event.type === 'escalation.opened') {
      const terms = event.data as EscalationOpened;
      open.set(key, { opened: event, terms, closed: undefined });
      for (const session of terms.sessions) checkRoster(session, event, sessions, report);
    }
    const escalation = open.get(key);
    if (event.type !== 'verdict.closed' || escalation === undefined) continue;
    if (escalation.closed !== undefined) report(`${key} was closed twice`, escalation.closed, event);
    else checkClosing(event, key, escalation, sessions, report);
    escalation.closed = event;
  }
  checkAllClosed(open, evidence.run.quietUntil, report);
  return found;
};

const readSessions = (evidence: Evidence): ReadonlyMap<string, SessionBook> => {
  const books = new Map<string, SessionBook>();
  for (const event of evidence.of('sessions')) {
    const id = sessionId(event.ws, (event.data as { session_id: string }).session_id);
    const book = books.get(id) ?? { started: undefined, ended: undefined };
    books.set(id, book);
    if (event.type === 'session.started') book.started ??= event;
    if (ENDS.has(event.type)) book.ended ??= event;
  }
  return books;
};

const ENDS: ReadonlySet<string> = new Set(['session.resolved', 'session.cancelled', 'session.expired']);
const sessionId = (ws: string, id: string): string => `${ws} · ${id}`;

const checkRoster = (
  { session_id, approvers }: EscalationSession,
  opened: Happening,
  sessions: ReadonlyMap<string, SessionBook>,
  report: Report,
): void => {
  const { subject } = opened.data as EscalationOpened;
  if (approvers.includes(subject.id)) report(`${subject.id} may approve its own request`, opened);
  const started = sessions.get(sessionId(opened.ws, session_id))?.started;
  const { participants } = (started?.data ?? { participants: approvers }) as SessionStarted;
  if ([...participants].sort().join() === [...approvers].sort().join()) return;
  report(`session ${session_id} has another roster than its verdict says`, opened, started);
};

const checkClosing = (
  event: Happening,
  key: string,
  { opened, terms }: Open,
  sessions: ReadonlyMap<string, SessionBook>,
  report: Report,
): void => {
  const { outcome, verdict } = event.data as VerdictClosed;
  const ends = terms.sessions.map(({ session_id }) => sessions.get(sessionId(event.ws, session_id))?.ended);
  switch (outcome) {
    case 'positive':
      if (!ends.every(isApproval))
        report(`${key} was approved, but not by every session`, opened, event, ...ends);
      break;
    case 'expired':
      if (event.at < terms.closes_at && !ends.some((end) => end?.type === 'session.expired'))
        report(`${key} was closed as expired before ${terms.closes_at}`, opened, event);
      break;
    case 'negative':
    case 'cancelled':
      if (ends.every((end) => end === undefined || isApproval(end)))
        report(`${key} was closed as ${outcome}, but no session says so`, opened, event, ...ends);
      break;
    case 'withdrawn':
      if (!event.entry.events.some(({ type }) => type === 'outcome.recorded'))
        report(`${key} was closed as withdrawn, but its requester did not withdraw it`, opened, event);
      break;
  }
  if (outcome !== 'positive' && effectOf(verdict) !== 'deny')
    report(`${key} was not approved, and is allowed`, opened, event);
  if (effectOf(verdict) === 'escalate') report(`${key} was closed and still waits`, opened, event);
};

const effectOf = ({ effect }: Verdict): string => effect;

const isApproval = (end: Happening | undefined): boolean =>
  end?.type === 'session.resolved' && (end.data as SessionResolved).resolution.outcome_positive;

const checkAllClosed = (
  open: ReadonlyMap<string, Open>,
  quietUntil: number | undefined,
  report: Report,
): void => {
  if (quietUntil === undefined) return;
  for (const [key, { opened, terms, closed }] of open) {
    if (closed !== undefined || terms.closes_at + GRACE_MS > quietUntil) continue;
    report(`${key} should have been closed by ${terms.closes_at}, and never was`, opened);
  }
};
