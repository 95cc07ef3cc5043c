import { BUCKETS } from '@edict/contracts';
import { connectStore, provision, type StoreConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { type KV, Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRows, type Row } from './rows.ts';

let nats: TestNats;
let store: StoreConnection;
let kv: KV;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'rows' });
  await provision(store);
  kv = await new Kvm(store.nc).open(BUCKETS.latest);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

const row = (key: string, revision: number, index: number, value: object | undefined = {}): Row => {
  const receipt = { journal: 'policies.w', revision, index } as const;
  return {
    key,
    receipt,
    text: () => (value === undefined ? undefined : JSON.stringify({ ...value, receipt })),
  };
};
const gone = (key: string, revision: number): Row => ({ ...row(key, revision, 0), text: () => undefined });

describe('a row', () => {
  it('is what the latest event made of it, in whatever order several writers come', async () => {
    const writers = [1, 2, 3, 4].map(() => openRows(store, BUCKETS.latest));
    const versions = [3, 1, 7, 2, 9, 4, 8, 6, 5];
    await Promise.all(
      versions.map((revision, n) => writers[n % 4]?.write(row('w.race', revision, 0, { revision }))),
    );
    expect((await kv.get('w.race'))?.json()).toMatchObject({ revision: 9 });
  });

  it('of the same commit is ordered by the index of the event', async () => {
    const [first, second] = [openRows(store, BUCKETS.latest), openRows(store, BUCKETS.latest)];
    await first.write(row('w.index', 1, 10, { later: true }));
    await second.write(row('w.index', 1, 9, { later: false }));
    expect((await kv.get('w.index'))?.json()).toMatchObject({ later: true });
  });

  it('that was deleted stays deleted for a writer that is behind, and comes back with a later event', async () => {
    const [ahead, behind] = [openRows(store, BUCKETS.latest), openRows(store, BUCKETS.latest)];
    await ahead.write(row('w.gone', 1, 0));
    await ahead.write(gone('w.gone', 2));
    await behind.write(row('w.gone', 1, 0));
    expect((await kv.get('w.gone'))?.operation).toBe('DEL');
    await behind.write(row('w.gone', 3, 0));
    expect((await kv.get('w.gone'))?.operation).toBe('PUT');
  });
});
