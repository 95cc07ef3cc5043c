import type { Receipt } from './commit.ts';
import type { DecisionRequest } from './decision-request.ts';
import type { VerdictReply } from './verdict.ts';
import type { RequestRef } from './verdict-events.ts';

interface Notice {
  /** The event that it is about, as `<journal>/<revision>/<index>`: the same when the notice comes twice. */
  readonly id: string;
  readonly workspace: string;
  /** ISO 8601 UTC with milliseconds. */
  readonly time: string;
  readonly receipt: Receipt;
}

/** To each approver of an escalation, once its session takes signals: `….approval.requested` (contract §7). */
export interface ApprovalRequested extends Notice {
  readonly session_id: string;
  /** Who asks for what. The proposal to vote on has the id `proposal_id`. */
  readonly request: RequestRef & Partial<Pick<DecisionRequest, 'action' | 'resource' | 'context'>>;
  readonly proposal_id: string;
  readonly decision_policy: string;
  readonly approvers: readonly string[];
  /** ISO 8601 UTC with milliseconds. */
  readonly deadline: string;
}

/** To the requester, when an escalated verdict has closed: `….verdict.closed` (contract §7). */
export interface ClosedVerdictNotice extends Notice {
  readonly request_id: string;
  /** As a repeat of the request would be answered. */
  readonly verdict: VerdictReply;
}
