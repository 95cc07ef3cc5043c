import { type CloudEvent, STREAMS } from '@edict/contracts';
import { systemClock } from '@edict/journal';
import { connectStore, followStream, provision, type StoreConnection } from '@edict/nats';
import { startTestNats } from '@edict/nats/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { Projector } from '../index.ts';
import { startProjector } from '../index.ts';
import { type Journals, openJournals } from './journals.ts';

/** A broker of its own, journals on it, and projectors that can be started and stopped. */
export interface ProjectorFixture {
  readonly store: StoreConnection;
  readonly journals: Journals;
  readonly alarms: { readonly journal: string; readonly error: unknown }[];
  start(): Promise<Projector>;
  /** Every row of a bucket as any NATS tool reads it, its checkpoint left out. */
  rows(bucket: string): Promise<Record<string, Record<string, unknown>>>;
  /** How often a row was written is told by its revision in the bucket. */
  kvRevision(bucket: string, key: string): Promise<number | undefined>;
  deleteBucket(bucket: string): Promise<void>;
  /** All messages of the feed. */
  feed(): Promise<FeedSeen[]>;
  /** Kills the server and starts it again on the same port and store; resolves when the connection is back. */
  killServer(): Promise<void>;
  stop(): Promise<void>;
}

export interface FeedSeen {
  readonly address: string;
  readonly events: readonly CloudEvent[];
}

export const openProjectorFixture = async (): Promise<ProjectorFixture> => {
  const first = await startTestNats({ own: true });
  let nats = first;
  const store = await connectStore({ url: nats.url, name: 'projector' });
  await provision(store);
  const journals = openJournals(store);
  const running = new Set<Projector>();
  const alarms: { journal: string; error: unknown }[] = [];
  const kvm = new Kvm(store.nc);
  const jsm = await jetstreamManager(store.nc);

  return {
    store,
    journals,
    alarms,
    start: async () => {
      const projector = await startProjector({
        store,
        clock: systemClock,
        onAlarm: (journal, error) => alarms.push({ journal, error }),
      });
      running.add(projector);
      return projector;
    },
    rows: async (bucket) => {
      const kv = await kvm.open(bucket);
      const keys: string[] = [];
      for await (const key of await kv.keys()) if (key !== '_checkpoint') keys.push(key);
      const rows: Record<string, Record<string, unknown>> = {};
      for (const key of keys.sort()) rows[key] = (await kv.get(key))?.json() ?? {};
      return rows;
    },
    kvRevision: async (bucket, key) => (await (await kvm.open(bucket)).get(key))?.revision,
    deleteBucket: async (bucket) => {
      await jsm.streams.delete(`KV_${bucket}`);
    },
    feed: () => readFeed(store),
    killServer: async () => {
      const lost = new Promise((resolve) => store.onChange(resolve));
      await nats.kill();
      await lost;
      const back = new Promise((resolve) => store.onChange(resolve));
      nats = await startTestNats({
        own: true,
        storeDir: first.storeDir ?? '',
        port: first.server?.port ?? 0,
      });
      await back;
    },
    stop: async () => {
      await Promise.all([...running].map((projector) => projector.stop()));
      await journals.close();
      await store.close();
      if (nats !== first) await nats.stop();
      await first.stop();
    },
  };
};

const readFeed = (store: StoreConnection): Promise<FeedSeen[]> =>
  new Promise((resolve, reject) => {
    const seen: FeedSeen[] = [];
    const following = followStream(store, {
      stream: STREAMS.events,
      onMessage: (address, data) => seen.push({ address, events: JSON.parse(Buffer.from(data).toString()) }),
      onFault: (error) => {
        reject(error);
        queueMicrotask(() => following.stop());
      },
      onCaughtUp: () => {
        resolve(seen);
        queueMicrotask(() => following.stop());
      },
    });
  });
