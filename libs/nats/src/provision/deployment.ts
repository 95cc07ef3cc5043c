import { BUCKETS, Fault } from '@edict/contracts';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { StoreConnection } from '../connections.ts';

/** What is fixed for ever when a deployment is provisioned. */
export interface Deployment {
  /** How many verdict journals, and how many session journals, there are. */
  readonly partitions: number;
}

const KEY = 'deployment';
const DEFAULT_PARTITIONS = 8;
const MOST_PARTITIONS = 1_024;
const WRONG_LAST_SEQUENCE = 10071;

/**
 * Records the number of partitions once, or checks it against the record.
 * Fault `DEPLOYMENT_MISMATCH` names both numbers: a principal's history would be looked for in another journal.
 */
export const ensureDeployment = async (
  store: StoreConnection,
  wanted: number | undefined,
): Promise<Deployment> => {
  if (wanted !== undefined) checkPartitions(wanted, 'partitions');
  const kv = await new Kvm(store.nc).open(BUCKETS.deployment);
  const recorded = (await read(kv)) ?? (await record(kv, { partitions: wanted ?? DEFAULT_PARTITIONS }));
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

const read = async (kv: KV): Promise<Deployment | undefined> => {
  const entry = await kv.get(KEY);
  if (entry === null || entry.operation !== 'PUT') return undefined;
  const deployment = entry.json<Deployment>();
  checkPartitions(deployment.partitions, `${KEY}.partitions in bucket ${BUCKETS.deployment}`);
  return deployment;
};

/** Whoever writes first decides; the others read what was decided. */
const record = async (kv: KV, deployment: Deployment): Promise<Deployment> => {
  try {
    await kv.create(KEY, JSON.stringify(deployment));
    return deployment;
  } catch (error) {
    const decided =
      error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE && (await read(kv));
    if (decided) return decided;
    throw error;
  }
};
