import type { SessionEvent } from '@edict/contracts';
import { type EscalationClosing, endedEscalations, escalationClosing } from '@edict/core';
import type { Clock, CommittedEvent } from '@edict/journal';
import type { SendInternal } from '../internal.ts';
import { createReactions } from '../reaction.ts';
import { verdictPartition } from '../verdicts/read-decision.ts';
import type { SessionHost } from './session-desk.ts';

/** Closes the verdicts that wait for sessions, once those have ended. */
export interface Closings {
  /** To be told of every stored event of a loaded journal. */
  onEvents(events: readonly CommittedEvent<SessionEvent>[]): void;
  /** Sends the closings of every ended escalation in a state that was just rebuilt: some may not have arrived. */
  resume(host: SessionHost): Promise<void>;
  stop(): void;
}

export interface ClosingOptions {
  readonly clock: Clock;
  readonly partitions: number;
  readonly sendInternal: SendInternal;
}

export const createClosings = ({ clock, partitions, sendInternal }: ClosingOptions): Closings => {
  const reactions = createReactions(clock);
  const close = ({ ws, subject, request_id, session_id, outcome, reasons }: EscalationClosing): void => {
    const sent = reactions.owe(session_id, () =>
      sendInternal({
        kind: 'verdicts',
        partition: verdictPartition(ws, subject, partitions),
        ws,
        command: { kind: 'close', subject, request_id, session_id, outcome, reasons: [...reasons] },
      }),
    );
    void sent.then(() => reactions.forget(session_id));
  };
  return {
    onEvents: (events) => {
      for (const { event, ws } of events) {
        const closing = escalationClosing(event, ws);
        if (closing !== undefined) close(closing);
      }
    },
    resume: async (host) => {
      for (const closing of await host.ask(endedEscalations)) close(closing);
    },
    stop: () => reactions.stop(),
  };
};
