import {
  BOUNDS,
  Fault,
  type IdentifiedRequest,
  type Rejection,
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
import { endCommand, startCommand, unstartedCommand } from './escalation-commands.ts';
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

  const start = (owed: EscalationStart): void => {
    void reactions.owe(owed.session_id, async () => {
      const refusal = await sendInternal(startCommand(owed, directory, partitions));
      // The session's time has passed, and so will the verdict's own.
      if (refusal === undefined || refusal.code === 'SESSION_NOT_OPEN') return refusal;
      await sendInternal(unstartedCommand(owed, refusal, partitions));
      return refusal;
    });
  };
  /** A start that is still under way must not arrive after its end. */
  const end = (owed: EscalationEnd): void => {
    const { session_id } = owed;
    const started = reactions.owed(session_id);
    reactions.forget(session_id);
    const name = `end of ${session_id}`;
    const sent = reactions.owe(name, async () => {
      await started;
      return sendInternal(endCommand(owed, partitions));
    });
    void sent.then(() => reactions.forget(name));
  };
  const resume = async (host: VerdictHost): Promise<void> => {
    const owed = await host.ask((state) => ({
      starts: openEscalations(state),
      ends: closedEscalations(state),
    }));
    for (const each of owed.starts) start(each);
    for (const each of owed.ends) end(each);
  };
  /**
   * This host may have read the verdict without having sent its starts: then they are owed from now on. What is not
   * owed by then has approved; when nothing is, the verdict is closed. A refused start is no session, nor is one that
   * was not acknowledged before the verdict closed.
   */
  const started = async (host: VerdictHost, sessions: readonly string[]): Promise<void> => {
    if (sessions.some((id) => reactions.owed(id) === undefined)) await resume(host);
    const owed = sessions.flatMap((id) => reactions.owed(id) ?? []);
    if (owed.length === 0) throw new Fault(PENDING.code, 'the verdict was closed meanwhile');
    for (const refusal of await Promise.all(owed)) {
      if (refusal !== undefined) throw new Fault(refusal.code, refusal.message);
    }
  };

  return {
    onEvents: (events) => {
      for (const committed of events) {
        for (const owed of escalationStarts(committed)) start(owed);
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
