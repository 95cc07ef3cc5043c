import type { CloseCommand, VerdictClosed, VerdictCommand, VerdictEvent } from '@edict/contracts';
import { fromRequestKey } from './request-key.ts';
import type { VerdictState } from './verdict-state.ts';

/** A session that its verdict does not wait for any more, and why. */
export interface EscalationEnd {
  readonly ws: string;
  readonly session_id: string;
  readonly reason: { readonly code: string; readonly message: string };
}

export const DENIALS = {
  negative: { code: 'ESCALATION_DENIED', message: 'The approvers did not approve the request.' },
  cancelled: {
    code: 'ESCALATION_CANCELLED',
    message: 'The session ended without an approval: the other reasons say why.',
  },
  expired: { code: 'ESCALATION_EXPIRED', message: 'The approvers did not decide before the deadline.' },
  withdrawn: { code: 'WITHDRAWN', message: 'The requester withdrew the request before it was decided.' },
} as const satisfies Record<Exclude<VerdictClosed['outcome'], 'positive'>, EscalationEnd['reason']>;

/** Sessions that may still be open when their verdict closes, by what it closed with. */
export interface AbandonedSessions {
  readonly outcome: keyof typeof DENIALS;
  readonly sessions: readonly string[];
}

/** The sessions that a closing leaves open; `undefined` when all have ended: that which closed the verdict has. */
export const abandonedSessions = (
  { outcome, sessions }: VerdictClosed,
  command: unknown,
): AbandonedSessions | undefined => {
  if (outcome === 'positive') return undefined;
  const ended = sessionOf(command as VerdictCommand);
  const left = sessions.filter((id) => id !== ended);
  return left.length === 0 ? undefined : { outcome, sessions: left };
};

const sessionOf = (command: VerdictCommand): CloseCommand['session_id'] | undefined =>
  command.kind === 'close' ? command.session_id : undefined;

/** The sessions that an event leaves without a verdict that waits for them. */
export const escalationEnds = ({
  event,
  ws,
  command,
}: {
  readonly event: VerdictEvent;
  readonly ws: string;
  readonly command: unknown;
}): EscalationEnd[] =>
  event.type === 'verdict.closed' ? endsOf(ws, abandonedSessions(event.data, command)) : [];

/** The same for every verdict that closed a short while ago: to be ended again, harmlessly. */
export const closedEscalations = (state: VerdictState): EscalationEnd[] => {
  const ends: EscalationEnd[] = [];
  for (const [key, escalation] of state.escalations.entries()) {
    if (escalation.state === 'closed') ends.push(...endsOf(fromRequestKey(key).ws, escalation.abandoned));
  }
  return ends;
};

const endsOf = (ws: string, abandoned: AbandonedSessions | undefined): EscalationEnd[] =>
  abandoned === undefined
    ? []
    : abandoned.sessions.map((session_id) => ({ ws, session_id, reason: DENIALS[abandoned.outcome] }));
