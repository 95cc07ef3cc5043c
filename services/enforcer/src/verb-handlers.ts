import { errorText, type MessageFacts, readDecision, readOutcome, type VerdictDesk } from '@edict/engine';
import type { Intake, ServiceContext, VerbHandler } from '@edict/service-kit';

const factsOf = ({ ws, as, messageId }: Intake, { freshId }: ServiceContext): MessageFacts => ({
  ws,
  freshId,
  ...(as !== undefined && { as }),
  ...(messageId !== undefined && { messageId }),
});

/** Reads decision requests and has them judged where their principal's journal is. */
export const decideHandler = (context: ServiceContext, desk: VerdictDesk): VerbHandler => ({
  errorText,
  route: (intake) => {
    const read = readDecision(intake.data, factsOf(intake, context));
    if (!read.ok) return read;
    const message = read.value;
    return {
      ok: true,
      value: {
        key: desk.partitionOf(message.ws, message.request.subject),
        judge: (respond) => desk.decide(message, intake.deadline, respond),
      },
    };
  },
});

/** Reads outcomes and has them judged where their request's verdict is. */
export const outcomeHandler = (context: ServiceContext, desk: VerdictDesk): VerbHandler => ({
  errorText,
  route: (intake) => {
    const read = readOutcome(intake.data, factsOf(intake, context));
    if (!read.ok) return read;
    const message = read.value;
    return {
      ok: true,
      value: {
        key: desk.partitionOf(message.ws, message.report.subject),
        judge: (respond) => desk.outcome(message, intake.deadline, respond),
      },
    };
  },
});
