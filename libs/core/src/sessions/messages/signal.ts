import { excerpt, type JournalName, type SignalEnvelope } from '@edict/contracts';
import { nearestSentence } from '../../policies/nearest.ts';
import { acceptedAnswer, sessionOver } from '../acknowledgement.ts';
import {
  answered,
  invalid,
  recorded,
  refusing,
  type SessionDecision,
  type SessionFacts,
  type SignalCommand,
} from '../commands.ts';
import { isTerminal } from '../state/session.ts';
import { findSession, type SessionsState, sessionKeyOf } from '../state/sessions-state.ts';
import { decideCommitment } from './commitment.ts';
import { deliberation } from './deliberation.ts';
import { envelopeFlaw } from './envelope.ts';
import { expired } from './expiry.ts';
import { decideLifecycle, isLifecycle } from './lifecycle.ts';
import type { Place } from './place.ts';
import { decideStart } from './start.ts';

/** Where and when a signal is decided, and what it depends on besides the state. */
export interface SignalContext {
  readonly ws: string;
  readonly at: number;
  readonly facts: SessionFacts;
  /** Named in the receipts of repeats; absent, they have none. */
  readonly journal: JournalName | undefined;
}

/** Judges one message; the checks come in the order of macp §3.3, and a refusal changes nothing. */
export const decideSignal = (
  { envelope, as }: SignalCommand,
  context: SignalContext,
  state: SessionsState,
): SessionDecision => {
  const flaw = envelopeFlaw(envelope, as);
  if (flaw !== undefined) return refusing(flaw);
  const found = findSession(state, context.ws, envelope.session_id);
  const repeat = found?.session.accepted.get(envelope.message_id);
  if (found !== undefined && repeat !== undefined) {
    const { at, revision, index } = repeat;
    const receipt = context.journal === undefined ? null : { journal: context.journal, revision, index };
    return answered(acceptedAnswer(envelope, found.progress.state, { at, receipt, duplicate: true }));
  }
  if (envelope.message_type === 'SessionStart') return decideStart(envelope, context, state);
  if (found === undefined) return unknownSession(envelope, context.ws, state);
  return withState(decideInSession(envelope, { ...found, at: context.at }), found.progress.state);
};

const decideInSession = (envelope: SignalEnvelope, place: Place): SessionDecision => {
  const { session, progress, at } = place;
  if (envelope.mode !== session.start.mode) {
    return refusing(
      invalid('/mode', `mode is ${excerpt(envelope.mode)}: the session's is ${session.start.mode}`),
    );
  }
  if (!isTerminal(progress.state) && at > progress.deadline) return recorded(expired(session, progress));
  if (isLifecycle(envelope.message_type)) return decideLifecycle(envelope, envelope.message_type, place);
  if (progress.state !== 'Open') return refusing(sessionOver(progress.state));
  if (envelope.message_type === 'Commitment') return decideCommitment(envelope, place);
  return deliberation(envelope, place);
};

/** A refusal says where the session stands. */
const withState = (decision: SessionDecision, session_state: Place['progress']['state']): SessionDecision =>
  decision.ok ? decision : refusing({ session_state, ...decision.rejection });

const NEARBY = 200;

const unknownSession = (
  { session_id }: SignalEnvelope,
  ws: string,
  state: SessionsState,
): SessionDecision => {
  const ended = state.tombstones.get(sessionKeyOf(ws, session_id));
  if (ended !== undefined) return refusing(sessionOver(ended));
  const known: string[] = [];
  for (const session of state.sessions.values()) {
    if (known.length >= NEARBY) break;
    if (session.ws === ws) known.push(session.start.session_id);
  }
  return refusing({
    code: 'SESSION_NOT_FOUND',
    path: '/session_id',
    message: `session_id is ${excerpt(session_id)}: ${nearestSentence(session_id, known, 'session')}`,
  });
};
