import { randomUUID } from 'node:crypto';
import { BUCKETS, Fault } from '@edict/contracts';
import { type KV, Kvm } from '@nats-io/kv';
import type { StoreConnection } from '../connections.ts';
import { API_CODES, apiFault, askJetStream, isOvertaken } from '../jetstream/jetstream-api.ts';

/** What is fixed for ever when a deployment is provisioned. */
export interface Deployment {
  /** Tells it from every other one, so that an emptied store is not taken for it. */
  readonly id: string;
  /** How many verdict journals, and how many session journals, there are. */
  readonly partitions: number;
}

/** The deployment that must be there, as it was written down outside of NATS. */
export interface ExpectedDeployment {
  readonly id: string;
  /** Where it was written down: a path, or the name of a setting. */
  readonly recordedIn: string;
}

const KEY = 'deployment';
const DEFAULT_PARTITIONS = 8;
/** How many partitions a deployment may have at the most. */
export const MOST_PARTITIONS = 1_024;

/**
 * Refuses a store that does not hold the deployment that it must hold: `STORE_VANISHED` when it holds none,
 * `DEPLOYMENT_MISMATCH` when it holds another one. To be asked before anything is created.
 */
export const assertDeployment = async (
  store: StoreConnection,
  { id, recordedIn }: ExpectedDeployment,
): Promise<void> => {
  const found = await findDeployment(store);
  if (found?.id === id) return;
  const wayOut = `put the store back from a copy; to begin with nothing, remove what ${recordedIn} says`;
  if (found === undefined) {
    throw new Fault(
      'STORE_VANISHED',
      `${recordedIn} says that this is deployment ${id}, but the store of this NATS server is empty; ${wayOut}`,
    );
  }
  throw new Fault(
    'DEPLOYMENT_MISMATCH',
    `${recordedIn} says that this is deployment ${id}, but the store of this NATS server holds ${found.id}; ${wayOut}`,
  );
};

/**
 * Records the number of partitions once, or checks it against the record.
 * Fault `DEPLOYMENT_MISMATCH` names both numbers: a principal's history would be looked for in another journal.
 */
export const ensureDeployment = async (
  store: StoreConnection,
  wanted: number | undefined,
): Promise<Deployment> => {
  if (wanted !== undefined) checkPartitions(wanted, 'partitions');
  const recorded =
    (await findDeployment(store)) ??
    (await record(store, { id: randomUUID(), partitions: wanted ?? DEFAULT_PARTITIONS }));
  if (wanted === undefined || recorded.partitions === wanted) return recorded;
  throw new Fault(
    'DEPLOYMENT_MISMATCH',
    `partitions is ${wanted}, but this deployment was provisioned with ${recorded.partitions}, which stays; use ${recorded.partitions}`,
  );
};

const checkPartitions = (partitions: unknown, field: string): void => {
  if (Number.isInteger(partitions) && Number(partitions) >= 1 && Number(partitions) <= MOST_PARTITIONS)
    return;
  throw new Fault(
    'CONFIG_INVALID',
    `${field} is ${JSON.stringify(partitions)}; allowed is a whole number from 1 to ${MOST_PARTITIONS}`,
  );
};

/** The deployment that a store holds, from the leader; `undefined` when none was ever provisioned. */
export const findDeployment = async (store: StoreConnection): Promise<Deployment | undefined> => {
  const reply = await askJetStream<{ message: { data?: string } }>(
    store,
    `STREAM.MSG.GET.KV_${BUCKETS.deployment}`,
    { last_by_subj: `$KV.${BUCKETS.deployment}.${KEY}` },
  );
  if (reply.error !== undefined) {
    const { noMessage, streamNotFound } = API_CODES;
    if (reply.error.err_code === noMessage || reply.error.err_code === streamNotFound) return undefined;
    throw apiFault('asking for the deployment', reply.error);
  }
  const text = Buffer.from(reply.message.data ?? '', 'base64').toString();
  if (text === '') return undefined;
  const deployment = JSON.parse(text) as Deployment;
  checkPartitions(deployment.partitions, `${KEY}.partitions in bucket ${BUCKETS.deployment}`);
  return deployment;
};

/** Whoever writes first decides; the others read what was decided. */
const record = async (store: StoreConnection, deployment: Deployment): Promise<Deployment> => {
  const kv: KV = await new Kvm(store.nc).open(BUCKETS.deployment);
  try {
    await kv.create(KEY, JSON.stringify(deployment));
    return deployment;
  } catch (error) {
    const decided = isOvertaken(error) && (await findDeployment(store));
    if (decided) return decided;
    throw error;
  }
};
