import { Fault, partitionOf, type Rejection, sessionPartitionKey } from '@edict/contracts';
import type { EscalationEnd, EscalationStart } from '@edict/core';
import type { InternalCommand } from '../internal.ts';
import type { PolicyDirectory } from '../policies/policy-directory.ts';
import { verdictPartition } from './read-decision.ts';

/** Starts an escalation's session, under the decision policy as the verdict cites it; the session binds it. */
export const startCommand = (
  owed: EscalationStart,
  directory: PolicyDirectory,
  partitions: number,
): InternalCommand => {
  const { ws, session_id, approvers, deadline, request, proposal } = owed;
  const descriptor = descriptorOf(directory, owed);
  return {
    kind: 'sessions',
    partition: partitionOf(sessionPartitionKey(ws, session_id), partitions),
    ws,
    command: {
      kind: 'start-sealed',
      session_id,
      descriptor,
      roster: approvers,
      proposal,
      deadline,
      request,
    },
  };
};

/** Ends a session that no verdict waits for any more. */
export const endCommand = (
  { ws, session_id, reason }: EscalationEnd,
  partitions: number,
): InternalCommand => ({
  kind: 'sessions',
  partition: partitionOf(sessionPartitionKey(ws, session_id), partitions),
  ws,
  command: { kind: 'cancel-sealed', session_id, reason },
});

/** Closes a verdict whose session was refused: it must not wait for what will never be. */
export const unstartedCommand = (
  { ws, session_id, request }: EscalationStart,
  { code, message }: Rejection,
  partitions: number,
): InternalCommand => ({
  kind: 'verdicts',
  partition: verdictPartition(ws, request.subject, partitions),
  ws,
  command: { kind: 'close', ...request, session_id, outcome: 'cancelled', reasons: [{ code, message }] },
});

const descriptorOf = (
  directory: PolicyDirectory,
  { ws, decision_policy, policy_revision }: EscalationStart,
): unknown => {
  const descriptor = directory.document(ws, decision_policy, policy_revision);
  if (descriptor !== undefined) return descriptor;
  const message = `revision ${policy_revision} of ${decision_policy} has not arrived here yet`;
  throw new Fault('POLICY_STALE', message, { retriable: true });
};
