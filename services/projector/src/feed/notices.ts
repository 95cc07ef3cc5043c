import {
  type ApprovalRequested,
  type ClosedVerdictNotice,
  type Commit,
  type DecisionRequest,
  type Entry,
  isoTime,
  type JournalEvent,
  notifyAddress,
  parseJsonText,
  placeText,
  type Receipt,
  type SessionStarted,
  type VerdictClosed,
} from '@edict/contracts';

/** A message for one of those concerned. */
export interface Notice {
  readonly address: string;
  readonly body: ApprovalRequested | ClosedVerdictNotice;
}

/** Whom a commit's events are told to, and what. */
export const noticesOf = ({ journal, revision, entries }: Commit): Notice[] => {
  const notices: Notice[] = [];
  let index = 0;
  for (const entry of entries) {
    for (const event of entry.events) {
      notices.push(...noticesOfEvent(entry, event, { journal, revision, index }));
      index += 1;
    }
  }
  return notices;
};

const noticesOfEvent = (entry: Entry, { type, data }: JournalEvent, receipt: Receipt): Notice[] => {
  const about = { id: placeText(receipt), workspace: entry.ws, time: isoTime(entry.at), receipt };
  if (type === 'session.started') return approvalsRequested(about, data as SessionStarted);
  return type === 'verdict.closed' ? [verdictClosed(about, data as VerdictClosed)] : [];
};

type About = Pick<ApprovalRequested, 'id' | 'workspace' | 'time' | 'receipt'>;

/** Only the session of an escalation has a request; any other was started by one of its own participants. */
const approvalsRequested = (about: About, started: SessionStarted): Notice[] => {
  const { session_id, policy_id, participants, deadline, request: ref, proposal } = started;
  if (ref === undefined || proposal === undefined) return [];
  const body: ApprovalRequested = {
    ...about,
    session_id,
    request: { ...ref, ...particulars(proposal.rationale) },
    proposal_id: proposal.proposal_id,
    decision_policy: policy_id,
    approvers: participants,
    deadline: isoTime(deadline),
  };
  return participants.map((id) => ({
    address: notifyAddress(about.workspace, id, 'approval.requested'),
    body,
  }));
};

/** The one proposal of such a session carries the request as JSON text. */
const particulars = (
  rationale: string,
): Partial<Pick<DecisionRequest, 'action' | 'resource' | 'context'>> => {
  const parsed = parseJsonText(rationale);
  const { action, resource, context } = (parsed.ok ? (parsed.value ?? {}) : {}) as Partial<DecisionRequest>;
  return {
    ...(action !== undefined && { action }),
    ...(resource !== undefined && { resource }),
    ...(context !== undefined && { context }),
  };
};

const verdictClosed = (about: About, { subject, request_id, verdict }: VerdictClosed): Notice => ({
  address: notifyAddress(about.workspace, subject.id, 'verdict.closed'),
  body: { ...about, request_id, verdict: { ...verdict, receipt: about.receipt } },
});
