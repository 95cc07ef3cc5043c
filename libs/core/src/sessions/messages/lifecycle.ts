import { invalidEnvelope, LifecyclePayload, type SessionEvent, type SignalEnvelope } from '@edict/contracts';
import { acceptedAnswer, sessionOver } from '../acknowledgement.ts';
import { answered, invalid, recorded, refusing, type SessionDecision } from '../commands.ts';
import { isTerminal } from '../state/session.ts';
import type { Place } from './place.ts';

const LIFECYCLE = ['SessionSuspend', 'SessionResume', 'SessionCancel'] as const;
type Lifecycle = (typeof LIFECYCLE)[number];

export const isLifecycle = (type: string): type is Lifecycle => LIFECYCLE.includes(type as Lifecycle);

/** Suspends, resumes or cancels a session: only its initiator may (macp §3.5). */
export const decideLifecycle = (envelope: SignalEnvelope, type: Lifecycle, place: Place): SessionDecision => {
  const { session, progress } = place;
  const isInitiator = envelope.sender === session.start.initiator;
  if (isTerminal(progress.state)) {
    if (type !== 'SessionCancel' || !isInitiator) return refusing(sessionOver(progress.state));
    return answered(acceptedAnswer(envelope, progress.state, { at: null, receipt: null, duplicate: false }));
  }
  if (type === 'SessionSuspend' && progress.state !== 'Open') return refusing(sessionOver(progress.state));
  if (!isInitiator) {
    const message = `only ${session.start.initiator} started this session and may send ${type}`;
    return refusing({ code: 'FORBIDDEN', path: '/sender', message });
  }
  const payload = LifecyclePayload.safeParse(envelope.payload);
  if (!payload.success) return refusing(invalidEnvelope(payload.error, envelope.payload, '/payload'));
  if (type === 'SessionResume' && progress.suspension === undefined) {
    return refusing(invalid('/message_type', 'the session is not suspended, so it cannot be resumed'));
  }
  return recorded(CHANGES[type](envelope, payload.data.reason, place));
};

type Change = (envelope: SignalEnvelope, reason: string, place: Place) => SessionEvent;

const common = ({ session_id, message_id, sender }: SignalEnvelope, reason: string) => ({
  session_id,
  message_id,
  sender,
  reason,
});

/** The remaining time is banked; what suspension may last in all is bounded. */
const suspend: Change = (envelope, reason, { session, progress, at }) => ({
  type: 'session.suspended',
  data: {
    ...common(envelope, reason),
    remaining_ms: progress.deadline - at,
    until: at + Math.max(0, session.start.max_suspend_ms - progress.suspendedMs),
  },
});

const resume: Change = (envelope, reason, { progress, at }) => ({
  type: 'session.resumed',
  data: {
    ...common(envelope, reason),
    deadline: at + (progress.suspension?.remaining ?? 0),
    suspended_ms: progress.suspendedMs + at - (progress.suspension?.since ?? at),
  },
});

const cancel: Change = (envelope, reason) => ({
  type: 'session.cancelled',
  data: { ...common(envelope, reason), code: 'CANCELLED', reasons: [] },
});

const CHANGES: Readonly<Record<Lifecycle, Change>> = {
  SessionSuspend: suspend,
  SessionResume: resume,
  SessionCancel: cancel,
};
