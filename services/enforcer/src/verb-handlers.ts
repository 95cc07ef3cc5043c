import { BOUNDS, type DecideCommand, journalName } from '@edict/contracts';
import { requestKey, sameRequest } from '@edict/core';
import {
  type DecisionMessage,
  errorText,
  type MessageFacts,
  readDecision,
  readOutcome,
  type VerdictDesk,
} from '@edict/engine';
import type { Incoming, ServiceContext, Trace, VerbHandler } from '@edict/service-kit';

const factsOf = ({ ws, as, messageId }: Incoming, { freshId }: ServiceContext): MessageFacts => ({
  ws,
  freshId,
  ...(as !== undefined && { as }),
  ...(messageId !== undefined && { messageId }),
});

/** Reads decision requests and has them judged where their principal's journal is. */
export const decideHandler = (context: ServiceContext, desk: VerdictDesk): VerbHandler => ({
  errorText,
  route: (incoming) => {
    const read = readDecision(incoming.data, factsOf(incoming, context));
    if (!read.ok) return read;
    const message = read.value;
    return {
      ok: true,
      value: {
        key: desk.partitionOf(message.ws, message.request.subject),
        judge: (respond) => desk.decide(message, incoming.deadline, respond),
        trace: traceOf(message, desk),
      },
    };
  },
});

/** Reads outcomes and has them judged where their request's verdict is. */
export const outcomeHandler = (context: ServiceContext, desk: VerdictDesk): VerbHandler => ({
  errorText,
  route: (incoming) => {
    const read = readOutcome(incoming.data, factsOf(incoming, context));
    if (!read.ok) return read;
    const message = read.value;
    return {
      ok: true,
      value: {
        key: desk.partitionOf(message.ws, message.report.subject),
        judge: (respond) => desk.outcome(message, incoming.deadline, respond),
      },
    };
  },
});

/** A request is recorded as its sender wrote it. */
const traceOf = ({ ws, request }: DecisionMessage, desk: VerdictDesk): Trace => {
  const key = requestKey(ws, request);
  return {
    journal: journalName('verdicts', desk.partitionOf(ws, request.subject)),
    knownForMs: BOUNDS.retryWindowMs,
    isIn: ({ ws: at, command }) =>
      isDecide(command) && requestKey(at, command.request) === key && sameRequest(request, command.request),
  };
};

const isDecide = (command: unknown): command is DecideCommand =>
  (command as Partial<DecideCommand> | null)?.kind === 'decide';
