import type { DecisionReason, RequestRef, SessionEvent } from '@edict/contracts';
import type { Ending } from '../state/session.ts';
import type { SessionsState } from '../state/sessions-state.ts';

/** How a sealed session ended: what the verdict's journal needs to close the verdict. */
export interface EscalationClosing extends RequestRef {
  readonly ws: string;
  readonly session_id: string;
  readonly outcome: 'positive' | 'negative' | 'cancelled' | 'expired';
  readonly reasons: readonly DecisionReason[];
}

/** The closing that an event asks for; `undefined` when it does not end a sealed session. */
export const escalationClosing = (event: SessionEvent, ws: string): EscalationClosing | undefined => {
  switch (event.type) {
    case 'session.resolved':
      return closing(ws, { state: 'Resolved', data: event.data });
    case 'session.cancelled':
      return closing(ws, { state: 'Cancelled', data: event.data });
    case 'session.expired':
      return closing(ws, { state: 'Expired', data: event.data });
    default:
      return undefined;
  }
};

/** The closings of every sealed session that has ended and is still kept: to be sent again after a take-over. */
export const endedEscalations = (state: SessionsState): EscalationClosing[] => {
  const closings: EscalationClosing[] = [];
  for (const [key, { ending }] of state.progress.entries()) {
    const ws = state.sessions.get(key)?.ws;
    const ended = ending === undefined || ws === undefined ? undefined : closing(ws, ending);
    if (ended !== undefined) closings.push(ended);
  }
  return closings;
};

type End = Ending extends infer E ? (E extends Ending ? Omit<E, 'at'> : never) : never;

const closing = (ws: string, end: End): EscalationClosing | undefined => {
  const { request, session_id } = end.data;
  return request === undefined ? undefined : { ws, ...request, session_id, ...outcome(end) };
};

const outcome = (end: End): Pick<EscalationClosing, 'outcome' | 'reasons'> => {
  switch (end.state) {
    case 'Resolved':
      return {
        outcome: end.data.resolution.outcome_positive ? 'positive' : 'negative',
        reasons: end.data.reasons,
      };
    case 'Cancelled':
      return { outcome: 'cancelled', reasons: end.data.reasons };
    case 'Expired':
      return { outcome: 'expired', reasons: [] };
  }
};
