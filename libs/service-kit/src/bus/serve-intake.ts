import { BOUNDS, type IntakeVerb } from '@edict/contracts';
import { attemptIntake } from './intake-attempt.ts';
import { ownerRouting } from './owner-routing.ts';
import { createRecordedLookup } from './recorded-lookup.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';
import type { VerbHandler } from './verb-handler.ts';

export interface IntakeServer {
  /** Takes no more, and lets what was taken be answered. */
  stop(): Promise<void>;
}

/** How many messages of a verb a process works on at once: enough for full commits. */
const IN_FLIGHT = 256;

/**
 * Works off what was left for a verb without waiting, on the way of requests: a message leaves the stream only when its
 * answer is recorded, or when it lies in dead letters because it can never be answered. Anything else comes again later.
 */
export const serveIntake = (
  context: ServiceContext,
  service: ServiceName,
  verb: IntakeVerb,
  handler: VerbHandler,
): IntakeServer => {
  const routing = ownerRouting(context, service);
  const lookup = createRecordedLookup(context.openJournal);
  const work = { context, service, verb, handler, routing, lookup };
  const taking = context.intake.queue.take(verb, {
    inFlight: IN_FLIGHT,
    onMessage: (message) => void attemptIntake(work, message),
    onFault: (error) => context.log.warn(`the intake of ${verb} cannot be read now`, { error }),
  });
  return {
    stop: async () => {
      await taking.stop(BOUNDS.requestTimeoutMs);
      routing.stop();
      await lookup.close();
    },
  };
};
