import type { DecideCommand, ProposalPayload, RequestRef, VerdictEvent } from '@edict/contracts';
import { refOf } from './request-key.ts';
import type { OpenEscalation, VerdictState } from './verdict-state.ts';

/** Everything that starting an escalation's session needs, except the decision policy's descriptor. */
export interface EscalationStart {
  readonly ws: string;
  readonly session_id: string;
  readonly decision_policy: string;
  readonly policy_revision: number;
  readonly approvers: readonly string[];
  /** When the session ends, in milliseconds since 1970. */
  readonly deadline: number;
  /** The id of the subject that asked. */
  readonly requester: string;
  readonly request: RequestRef;
  readonly proposal: ProposalPayload;
}

/** The sessions that an event opens; none unless it opens an escalation. */
export const escalationStarts = (committed: {
  readonly event: VerdictEvent;
  readonly ws: string;
  readonly command: unknown;
}): EscalationStart[] => {
  const { event, ws, command } = committed;
  if (event.type !== 'escalation.opened') return [];
  const { request } = command as DecideCommand;
  return startsOf(ws, request, event.data.sessions);
};

/** The sessions of every escalation that is still open and has not approved yet: to be started again, harmlessly. */
export const openEscalations = (state: VerdictState): EscalationStart[] => {
  const starts: EscalationStart[] = [];
  for (const escalation of state.escalations.values()) {
    if (escalation.state !== 'open') continue;
    const waiting = escalation.sessions.filter(({ session_id }) => !escalation.approved.includes(session_id));
    starts.push(...startsOf(escalation.ws, escalation.request, waiting));
  }
  return starts;
};

const startsOf = (
  ws: string,
  request: DecideCommand['request'],
  sessions: OpenEscalation['sessions'],
): EscalationStart[] =>
  sessions.map(({ session_id, decision_policy, policy_revision, approvers, deadline }) => ({
    ws,
    session_id,
    decision_policy,
    policy_revision,
    approvers,
    deadline,
    requester: request.subject.id,
    request: refOf(request),
    proposal: proposalOf(request),
  }));

/** The request as the one proposal of its session: what voters read. */
const proposalOf = (request: DecideCommand['request']): ProposalPayload => {
  const { subject, action, resource, context } = request;
  return {
    proposal_id: 'request',
    option: `${action.name} ${resource.type}:${resource.id}`,
    rationale: '',
    supporting_data: JSON.stringify({ request_id: request.request_id, subject, action, resource, context }),
  };
};
