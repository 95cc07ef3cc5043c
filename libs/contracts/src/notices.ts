import * as z from 'zod';
import { Receipt } from './commit.ts';
import { Action, Context, Resource } from './decision-request.ts';
import { VerdictReply } from './verdict.ts';
import { RequestRef } from './verdict-events.ts';

const text = z.string().min(1);
const time = z.iso.datetime();

const notice = {
  /** The event that it is about, as `<journal>/<revision>/<index>`: the same when the notice comes twice. */
  id: text,
  workspace: text,
  time,
  receipt: Receipt,
};

/** To each approver of an escalation, once its session takes signals: `….approval.requested` (contract §7). */
export const ApprovalRequested = z
  .object({
    ...notice,
    session_id: text,
    /** Who asks for what. The proposal to vote on has the id `proposal_id`. */
    request: z.object({
      ...RequestRef.shape,
      action: Action.optional(),
      resource: Resource.optional(),
      context: Context.optional(),
    }),
    proposal_id: text,
    decision_policy: text,
    approvers: z.array(text).readonly(),
    deadline: time,
  })
  .readonly();
export type ApprovalRequested = z.infer<typeof ApprovalRequested>;

/** To the requester, when an escalated verdict has closed: `….verdict.closed` (contract §7). */
export const ClosedVerdictNotice = z
  .object({
    ...notice,
    request_id: text,
    /** As a repeat of the request would be answered. */
    verdict: VerdictReply,
  })
  .readonly();
export type ClosedVerdictNotice = z.infer<typeof ClosedVerdictNotice>;
