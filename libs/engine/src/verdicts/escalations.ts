import {
  BOUNDS,
  Fault,
  type IdentifiedRequest,
  partitionOf,
  type Rejection,
  sessionPartitionKey,
  type Verdict,
  type VerdictEvent,
} from '@edict/contracts';
import {
  closedEscalations,
  type EscalationEnd,
  type EscalationStart,
  escalationEnds,
  escalationStarts,
  openEscalations,
} from '@edict/core';
import type { Clock, CommittedEvent } from '@edict/journal';
import type { RespondText, SendInternal } from '../internal.ts';
import type { PolicyDirectory } from '../policies/policy-directory.ts';
import { createReactions, settlesWithin } from '../reaction.ts';
import { errorText } from '../reply-text.ts';
import type { VerdictHost } from './verdict-desk.ts';

/**
 * Starts the sessions that verdicts wait for, ends those that nothing waits for any more, and holds an `escalate`
 * reply back until its sessions exist.
 */
export interface Escalations {
  /** To be told of every stored event of a loaded journal. */
  onEvents(events: readonly CommittedEvent<VerdictEvent>[]): void;
  /** Sends the starts and ends of sessions that a state which was just rebuilt owes: some may not have arrived. */
  resume(host: VerdictHost): Promise<void>;
  /** Gives an `escalate` reply once its sessions exist; after a second `SESSION_PENDING`. */
  answer(interim: InterimReply, respond: RespondText): Promise<void>;
  stop(): void;
}

/** A verdict that waits for sessions, as it is to be answered. */
export interface InterimReply {
  readonly host: VerdictHost;
  readonly request: IdentifiedRequest;
  readonly event: { readonly data: Verdict };
  /** JSON text. */
  readonly reply: string;
}

export interface EscalationOptions {
  readonly clock: Clock;
  readonly directory: PolicyDirectory;
  readonly partitions: number;
  readonly sendInternal: SendInternal;
}

const PENDING: Rejection = {
  code: 'SESSION_PENDING',
  message:
    'the verdict is recorded, but its approvers cannot vote yet; send the request again with the same id',
};

export const createEscalations = ({
  clock,
  directory,
  partitions,
  sendInternal,
}: EscalationOptions): Escalations => {
  const reactions = createReactions(clock);

  const start = (owed: EscalationStart): Promise<void> => {
    const { ws, session_id, approvers, deadline, request, proposal } = owed;
    return reactions.owe(session_id, async () =>
      sendInternal({
        kind: 'sessions',
        partition: partitionOf(sessionPartitionKey(ws, session_id), partitions),
        ws,
        command: {
          kind: 'start-sealed',
          session_id,
          descriptor: descriptorOf(directory, owed),
          roster: approvers,
          proposal,
          deadline,
          request,
        },
      }),
    );
  };
  /** A start that is still under way must not arrive after its end. */
  const end = ({ ws, session_id, reason }: EscalationEnd): void => {
    const started = reactions.owed(session_id);
    reactions.forget(session_id);
    const name = `end of ${session_id}`;
    const sent = reactions.owe(name, async () => {
      await started;
      await sendInternal({
        kind: 'sessions',
        partition: partitionOf(sessionPartitionKey(ws, session_id), partitions),
        ws,
        command: { kind: 'cancel-sealed', session_id, reason },
      });
    });
    void sent.then(() => reactions.forget(name));
  };
  const resume = async (host: VerdictHost): Promise<void> => {
    const owed = await host.ask((state) => ({
      starts: openEscalations(state),
      ends: closedEscalations(state),
    }));
    for (const each of owed.starts) void start(each);
    for (const each of owed.ends) end(each);
  };
  /**
   * This host may have read the verdict without having sent its starts: then they are owed from now on. What is not
   * owed by then has voted, or its verdict is closed.
   */
  const started = async (host: VerdictHost, sessions: readonly string[]): Promise<void> => {
    if (sessions.some((id) => reactions.owed(id) === undefined)) await resume(host);
    await Promise.all(sessions.map((id) => reactions.owed(id)));
  };

  return {
    onEvents: (events) => {
      for (const committed of events) {
        for (const owed of escalationStarts(committed)) void start(owed);
        for (const owed of escalationEnds(committed)) end(owed);
        const { event } = committed;
        if (event.type === 'verdict.closed') for (const id of event.data.sessions) reactions.forget(id);
      }
    },
    resume,
    answer: async ({ host, request: { request_id }, event, reply }, respond) => {
      const sessions = event.data.obligations.flatMap((each) =>
        each.type === 'approval' ? [each.session_id] : [],
      );
      if (await settlesWithin(started(host, sessions), BOUNDS.sessionStartMs, clock)) respond(reply);
      else respond(errorText(PENDING, request_id), PENDING);
    },
    stop: () => reactions.stop(),
  };
};

/** The decision policy as the verdict cites it; the session binds it and never looks it up again. */
const descriptorOf = (
  directory: PolicyDirectory,
  { ws, decision_policy, policy_revision }: EscalationStart,
): unknown => {
  const descriptor = directory.document(ws, decision_policy, policy_revision);
  if (descriptor !== undefined) return descriptor;
  const message = `revision ${policy_revision} of ${decision_policy} has not arrived here yet`;
  throw new Fault('POLICY_STALE', message, { retriable: true });
};
