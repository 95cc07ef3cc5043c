import { BUCKETS } from '@edict/contracts';
import { Kvm } from '@nats-io/kv';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { ensureDeployment, findDeployment } from './deployment.ts';

let nats: TestNats;
let store: StoreConnection;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'provisioner' });
  await new Kvm(store.nc).create(BUCKETS.deployment);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

/** A cluster refuses a write that somebody else was faster with under a code of its own. */
const asInCluster = (nc: NatsConnection): NatsConnection => {
  const request = async (...args: Parameters<NatsConnection['request']>): Promise<Msg> => {
    const reply = await nc.request(...args);
    const data = Buffer.from(reply.string().replace('"err_code":10071', '"err_code":10164'));
    return { ...reply, data, json: () => JSON.parse(data.toString()) };
  };
  return new Proxy(nc, {
    get: (target, key) => {
      if (key === 'request') return request;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

it('a deployment is what was recorded first, for several who record at once in a cluster', async () => {
  const clustered = { ...store, nc: asInCluster(store.nc) };
  const recorded = await Promise.all([4, 4, 4].map((partitions) => ensureDeployment(clustered, partitions)));
  expect(new Set(recorded.map(({ id }) => id)).size).toBe(1);
  expect(await findDeployment(store)).toEqual(recorded[0]);
});
