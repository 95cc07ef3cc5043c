import type { Clock } from '@edict/journal';
import type { ProvisionSettings, StoreConnection } from '@edict/nats';
import type { Logger } from '@edict/service-kit';

/** What a projector works with. */
export interface ProjectorContext {
  readonly store: StoreConnection;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** How a bucket that has vanished is made again; equal to what the deployment was provisioned with. */
  readonly provision?: ProvisionSettings;
  /** Told once per output when a journal cannot be projected any further; the other journals go on. */
  readonly onAlarm?: (journal: string, error: unknown) => void;
}
