import {
  type ApprovalRequested,
  type ClosedVerdictNotice,
  type Commit,
  type Entry,
  isoTime,
  type JournalEvent,
  notifyAddress,
  placeText,
  type Receipt,
  type SessionStarted,
  type VerdictClosed,
} from '@edict/contracts';
import { askedRequest } from '@edict/core';

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
  const { session_id, policy_id, participants, deadline, proposal } = started;
  const request = askedRequest(started);
  if (request === undefined || proposal === undefined) return [];
  const body: ApprovalRequested = {
    ...about,
    session_id,
    request,
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

const verdictClosed = (about: About, { subject, request_id, verdict }: VerdictClosed): Notice => ({
  address: notifyAddress(about.workspace, subject.id, 'verdict.closed'),
  body: { ...about, request_id, verdict: { ...verdict, receipt: about.receipt } },
});
