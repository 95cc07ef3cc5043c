import { HOST_SENDER } from '@edict/contracts';
import { acceptedAnswer } from '../acknowledgement.ts';
import { answered, type CancelSealedCommand, recorded, type SessionDecision } from '../commands.ts';
import { expired } from '../messages/expiry.ts';
import { isTerminal } from '../state/session.ts';
import { findSession, type SessionsState, sessionKeyOf } from '../state/sessions-state.ts';

/**
 * Ends the session of an escalation whose verdict has closed without it. It is judged by the state alone: a session
 * that has ended, or never was, stays so.
 */
export const decideCancelSealed = (
  { session_id, reason }: CancelSealedCommand,
  { ws, at }: { readonly ws: string; readonly at: number },
  state: SessionsState,
): SessionDecision => {
  const found = findSession(state, ws, session_id);
  const request = found?.session.start.request;
  if (found === undefined || request === undefined || isTerminal(found.progress.state)) {
    const known = found?.progress.state ?? state.tombstones.get(sessionKeyOf(ws, session_id)) ?? 'Cancelled';
    const about = { message_id: '', session_id };
    return answered(acceptedAnswer(about, known, { at: null, receipt: null, duplicate: true }));
  }
  const { session, progress } = found;
  if (at > progress.deadline) return recorded(expired(session, progress));
  return recorded({
    type: 'session.cancelled',
    data: {
      session_id,
      message_id: null,
      sender: HOST_SENDER,
      code: 'CANCELLED',
      reason: 'the verdict was closed without this session, so nothing waits for its outcome any more',
      reasons: [{ ...reason, detail: {} }],
      request,
    },
  });
};
