import { Fault } from '@edict/contracts';
import { type KV, Kvm } from '@nats-io/kv';
import type { StoreConnection } from './connections.ts';
import { isOvertaken } from './jetstream/jetstream-api.ts';

/** A bucket whose rows are written by compare-and-set, so that two writers never undo each other. */
export interface View {
  /** The value of a row; `undefined` when it is not there or was deleted. Read from the leader. */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes what `change` makes of the present value, or leaves the row when it answers `undefined` (because the row
   * is newer). Called again with the newer value when somebody else wrote in between.
   */
  update(key: string, change: RowChange): Promise<'written' | 'skipped'>;
  /** The keys that have a value; `filter` may have wildcards per token. */
  keys(filter?: string): Promise<string[]>;
}

export type RowChange = (current: Uint8Array | undefined) => Uint8Array | string | undefined;

const MOST_ATTEMPTS = 50;

/** Opens a provisioned bucket. */
export const openView = async (store: StoreConnection, bucket: string): Promise<View> => {
  // Reading from the leader: a stale copy would make every compare-and-set fail until it caught up.
  const kv = await new Kvm(store.nc).open(bucket, { allow_direct: false });
  return {
    read: async (key) => (await readRow(kv, key)).value,
    update: (key, change) => updateRow(kv, key, change),
    keys: async (filter) => {
      const keys: string[] = [];
      for await (const key of await kv.keys(filter)) keys.push(key);
      return keys;
    },
  };
};

const readRow = async (kv: KV, key: string): Promise<{ revision: number; value: Uint8Array | undefined }> => {
  const entry = await kv.get(key);
  if (entry === null) return { revision: 0, value: undefined };
  return { revision: entry.revision, value: entry.operation === 'PUT' ? entry.value : undefined };
};

const updateRow = async (kv: KV, key: string, change: RowChange): Promise<'written' | 'skipped'> => {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { revision, value } = await readRow(kv, key);
    const next = change(value);
    if (next === undefined) return 'skipped';
    try {
      if (revision === 0) await kv.create(key, next);
      else await kv.update(key, next, revision);
      return 'written';
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }
  throw new Fault('UNAVAILABLE', `row ${key} was overtaken ${MOST_ATTEMPTS} times; too many write it`, {
    retriable: true,
  });
};
