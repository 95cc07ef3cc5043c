import { Fault, INTAKE_VERBS, type IntakeVerb, STREAMS, subscriptions } from '@edict/contracts';
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { mismatches } from '../provision/mismatches.ts';

const NANOS = 1_000_000;
const CONSUMER_NOT_FOUND = 10014;

/** After how long without a word the broker gives a message to another member: longer than any attempt takes. */
const ACK_WAIT_MS = 15_000;

/** All members share one consumer per verb; how often a message is tried is counted by them, not by the broker. */
const consumerPlan = (verb: IntakeVerb) =>
  ({
    durable_name: verb,
    filter_subject: subscriptions.intake(verb),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: ACK_WAIT_MS * NANOS,
    max_deliver: -1,
    // What waits to be tried again must not keep back what comes after it.
    max_ack_pending: -1,
  }) satisfies Partial<ConsumerConfig>;

/** Creates the consumer of a verb, or checks the one that exists. Fault `CONFIG_MISMATCH` as for streams. */
export const ensureIntakeConsumer = async (jsm: JetStreamManager, verb: IntakeVerb): Promise<void> => {
  const plan = consumerPlan(verb);
  const { config } = await found(jsm, verb, plan);
  const problems = [...mismatches(config, plan)];
  if (problems.length === 0) return;
  throw new Fault('CONFIG_MISMATCH', `consumer ${verb} of ${STREAMS.intake}: ${problems.join('; ')}`);
};

const found = async (
  jsm: JetStreamManager,
  verb: IntakeVerb,
  plan: ReturnType<typeof consumerPlan>,
): Promise<{ readonly config: ConsumerConfig }> => {
  const existing = await look(jsm, verb);
  if (existing !== undefined) return existing;
  try {
    return await jsm.consumers.add(STREAMS.intake, plan);
  } catch (error) {
    // Another service may have created it at the same moment, differently; the comparison says how.
    const created = await look(jsm, verb);
    if (created === undefined) throw error;
    return created;
  }
};

const look = async (jsm: JetStreamManager, verb: IntakeVerb) => {
  try {
    return await jsm.consumers.info(STREAMS.intake, verb);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  }
};

/** The consumers of all verbs. */
export const ensureIntakeConsumers = async (jsm: JetStreamManager): Promise<void> => {
  for (const verb of INTAKE_VERBS) await ensureIntakeConsumer(jsm, verb);
};
