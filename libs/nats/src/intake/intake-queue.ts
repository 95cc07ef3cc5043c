import { INTAKE_VERBS, type IntakeHealth, type IntakeVerb, STREAMS } from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { StoreConnection } from '../connections.ts';
import { apiFault, askJetStream } from '../jetstream/jetstream-api.ts';
import { ensureIntakeConsumer } from './intake-consumer.ts';
import type { IntakeMessage } from './intake-message.ts';
import { pullIntake } from './pull-intake.ts';

/** What was left for the services without waiting, and stays there until it is done. */
export interface IntakeQueue {
  /** Takes messages of a verb, each for as long as it is worked on; members share them. */
  take(verb: IntakeVerb, options: TakeOptions): Taking;
  /** How much there is of each verb. Throws a retriable Fault when the broker does not say. */
  backlog(): Promise<readonly IntakeHealth[]>;
}

export interface TakeOptions {
  /** How many messages this process works on at once, at the most. */
  readonly inFlight: number;
  readonly onMessage: (message: IntakeMessage) => void;
  /** Told when messages cannot be fetched; that is tried again. */
  readonly onFault: (error: unknown) => void;
}

export interface Taking {
  /** Takes no more, and waits so many milliseconds for what it took; what is not done by then comes again. */
  stop(graceMs: number): Promise<void>;
}

const HEALTH_TIMEOUT_MS = 500;

/** The intake as a stream of JetStream; it must be provisioned. */
export const streamIntake = (store: StoreConnection): IntakeQueue => ({
  take: (verb, options) =>
    pullIntake(store, verb, {
      ...options,
      ready: async () => ensureIntakeConsumer(await jetstreamManager(store.nc, { checkAPI: false }), verb),
    }),
  backlog: () => Promise.all(INTAKE_VERBS.map((verb) => backlogOf(store, verb))),
});

const backlogOf = async (store: StoreConnection, verb: IntakeVerb): Promise<IntakeHealth> => {
  const reply = await askJetStream<{ num_pending: number; num_ack_pending: number }>(
    store,
    `CONSUMER.INFO.${STREAMS.intake}.${verb}`,
    undefined,
    HEALTH_TIMEOUT_MS,
  );
  if (reply.error !== undefined) throw apiFault(`asking for the backlog of ${STREAMS.intake}`, reply.error);
  return { verb, waiting: reply.num_pending, taken: reply.num_ack_pending };
};
