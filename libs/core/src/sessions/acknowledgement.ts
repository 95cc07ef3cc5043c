import {
  type Acknowledgement,
  errorBody,
  type Receipt,
  type SessionEvent,
  type SessionState,
} from '@edict/contracts';
import type { RecordedSession, SessionCommand, SessionRejection } from './commands.ts';

/** What an acknowledgement is about. */
interface Subject {
  readonly message_id: string;
  readonly session_id: string;
}

export const acceptedAnswer = (
  { message_id, session_id }: Subject,
  session_state: SessionState,
  { at, receipt, duplicate }: { at: number | null; receipt: Receipt | null; duplicate: boolean },
): Acknowledgement => ({
  ok: true,
  duplicate,
  message_id,
  session_id,
  session_state,
  accepted_at_unix_ms: at,
  error: null,
  receipt,
});

/** The acknowledgement of a refusal: what a signal's sender gets instead of a transport error (contract §5). */
export const refusedAnswer = (
  { message_id, session_id }: Subject,
  rejection: SessionRejection,
  receipt: Receipt | null = null,
): Acknowledgement => {
  const { session_state = null, ...refusal } = rejection;
  const { code, message, path, retriable, reasons = [] } = errorBody(refusal);
  return {
    ok: false,
    duplicate: false,
    message_id,
    session_id,
    session_state,
    accepted_at_unix_ms: null,
    error: { code, message, ...(path === undefined ? {} : { path }), retriable, reasons },
    receipt,
  };
};

/** The reply (JSON text) to a command from what was recorded about it: the same text each time. */
export const sessionReply = ({ entry, receipt }: RecordedSession): string => {
  const events = entry.events as readonly SessionEvent[];
  return JSON.stringify(replyTo(subjectOf(entry.command), events, entry.at, receipt));
};

const replyTo = (
  subject: Subject,
  events: readonly SessionEvent[],
  at: number,
  receipt: Receipt,
): Acknowledgement => {
  const [first] = events;
  if (first?.type === 'commitment.refused') {
    const message = 'the policy of the session refuses this commitment';
    const { reasons } = first.data;
    return refusedAnswer(
      subject,
      { code: 'POLICY_DENIED', message, reasons, session_state: 'Open' },
      receipt,
    );
  }
  if (first?.type === 'session.expired' && subject.message_id !== '') {
    return refusedAnswer(subject, sessionOver('Expired'), receipt);
  }
  return acceptedAnswer(subject, stateAfter(events), { at, receipt, duplicate: false });
};

const subjectOf = (command: SessionCommand): Subject =>
  command.kind === 'signal' ? command.envelope : { message_id: '', session_id: command.session_id };

export const sessionOver = (state: SessionState): SessionRejection => ({
  code: 'SESSION_NOT_OPEN',
  message: `the session is ${state.toLowerCase()}`,
  session_state: state,
});

const STATE_AFTER: Readonly<Partial<Record<SessionEvent['type'], SessionState>>> = {
  'session.resolved': 'Resolved',
  'session.cancelled': 'Cancelled',
  'session.expired': 'Expired',
  'session.suspended': 'Suspended',
};

const stateAfter = (events: readonly SessionEvent[]): SessionState => {
  const last = events.at(-1);
  return (last === undefined ? undefined : STATE_AFTER[last.type]) ?? 'Open';
};
