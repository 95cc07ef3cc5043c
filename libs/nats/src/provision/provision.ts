import { Fault, isFault, STREAMS } from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { StoreConnection } from '../connections.ts';
import { ensureIntakeConsumers } from '../intake/intake-consumer.ts';
import {
  assertDeployment,
  type Deployment,
  type ExpectedDeployment,
  ensureDeployment,
} from './deployment.ts';
import { ensureStream, type StreamChoice } from './ensure-stream.ts';
import { ageChoice, type StorageSettings, type StreamPlan, streamPlans } from './stream-plans.ts';

export interface ProvisionSettings extends StorageSettings {
  /** Absent: as recorded, or 8 for a new deployment. */
  readonly partitions?: number;
  /** Absent: whatever is there, or a new one. */
  readonly deployment?: ExpectedDeployment;
}

/** A cluster answers only one of several that create the same stream at the same moment. */
const ATTEMPTS = 5;
const AGAIN_MS = 250;

/**
 * Creates the streams and buckets that are missing, checks those that exist, and fixes the number of partitions.
 * May run at every start and on several machines at once.
 * Faults: `CONFIG_MISMATCH`, `DEPLOYMENT_MISMATCH`, `STORE_VANISHED`, `CONFIG_INVALID`, `UNAVAILABLE` (no JetStream),
 * `PROVISION_FAILED` (the broker refused or did not answer, several times; retriable).
 */
export const provision = async (
  store: StoreConnection,
  settings: ProvisionSettings = {},
): Promise<Deployment> => {
  if (store.nc.info?.jetstream !== true) {
    throw new Fault('UNAVAILABLE', 'the NATS server runs without JetStream; start it with -js');
  }
  const jsm = await jetstreamManager(store.nc, { checkAPI: false });
  for (let attempt = 1; ; attempt++) {
    try {
      if (settings.deployment !== undefined) await assertDeployment(store, settings.deployment);
      for (const plan of streamPlans(settings)) await ensureStream(jsm, plan, choiceFor(plan, settings));
      await ensureIntakeConsumers(jsm);
      return await ensureDeployment(store, settings.partitions);
    } catch (error) {
      const fault = asFault(error);
      if (!fault.retriable || attempt === ATTEMPTS) throw fault;
      await new Promise<void>((resolve) => setTimeout(resolve, attempt * AGAIN_MS));
    }
  }
};

/** The client's own errors name neither what was wanted nor that it may be tried again. */
const asFault = (error: unknown): Fault => {
  if (isFault(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Fault('PROVISION_FAILED', `streams and buckets could not be set up: ${reason}`, {
    retriable: true,
    cause: error,
  });
};

const choiceFor = ({ name }: StreamPlan, { replicas, eventsAgeMs }: StorageSettings): StreamChoice => ({
  ...(replicas !== undefined && { num_replicas: replicas }),
  ...(eventsAgeMs !== undefined && name === STREAMS.events && ageChoice(eventsAgeMs)),
});
