import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from './connections.ts';
import { followStream } from './follow-stream.ts';
import { lastSequence } from './jetstream/jetstream-api.ts';
import { provision } from './provision/provision.ts';
import { startTestNats, type TestNats } from './testing/index.ts';

let nats: TestNats;
let store: StoreConnection;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'follower' });
  await provision(store);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

const send = (ws: string, body: string) => store.requester.request(`edict.v1.events.${ws}.x`, body);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** Collects a feed, and waits for the n-th message. */
const collector = () => {
  const bodies: string[] = [];
  let wake = (): void => {};
  return {
    bodies,
    add: (_: string, data: Uint8Array): void => {
      bodies.push(text(data));
      wake();
    },
    until: async (count: number): Promise<string[]> => {
      while (bodies.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return bodies;
    },
  };
};

describe('following a stream', () => {
  it('is caught up at once where nothing is stored', async () => {
    let following: { stop(): void } | undefined;
    await new Promise<void>((resolve) => {
      following = followStream(store, { stream: 'EDICT_DEAD', onMessage: () => {}, onCaughtUp: resolve });
    });
    following?.stop();
    expect(await lastSequence(store, 'EDICT_DEAD')).toBe(0);
  });

  it('hands over what is stored, says that it has caught up, and goes on live', async () => {
    for (let i = 0; i < 300; i++) await send('a', `a${i}`);
    const feed = collector();
    let stored = 0;
    const caughtUp = new Promise<void>((resolve) => {
      const following = followStream(store, {
        stream: 'EDICT_EVENTS',
        onMessage: (subject, data, sequence) => {
          expect(sequence).toBe(feed.bodies.length + 1);
          feed.add(subject, data);
        },
        onCaughtUp: () => {
          stored = feed.bodies.length;
          resolve();
        },
      });
      void feed.until(301).then(() => following.stop());
    });
    await caughtUp;
    expect(stored).toBe(300);
    await send('a', 'live');
    expect((await feed.until(301)).at(-1)).toBe('live');
    expect(await lastSequence(store, 'EDICT_EVENTS')).toBe(301);
  });

  it('takes only one subject, and begins after a sequence', async () => {
    await send('b', 'b1');
    await send('c', 'c1');
    const after = await lastSequence(store, 'EDICT_EVENTS');
    const feed = collector();
    const following = followStream(store, {
      stream: 'EDICT_EVENTS',
      subject: 'edict.v1.events.b.>',
      after,
      onMessage: feed.add,
    });
    await send('c', 'c2');
    await send('b', 'b2');
    expect(await feed.until(1)).toEqual(['b2']);
    expect(following.position()).toBe(after + 2);
    following.stop();
  });

  it('stops when its handler throws, and says why', async () => {
    await send('d', 'poison');
    const fault = await new Promise((resolve) => {
      followStream(store, {
        stream: 'EDICT_EVENTS',
        subject: 'edict.v1.events.d.>',
        onMessage: () => {
          throw new Error('cannot digest');
        },
        onFault: resolve,
      });
    });
    expect(fault).toMatchObject({ message: 'cannot digest' });
  });

  it('goes on without a gap after the broker has lost its consumer', async () => {
    const feed = collector();
    const following = followStream(store, {
      stream: 'EDICT_EVENTS',
      subject: 'edict.v1.events.f.>',
      onMessage: feed.add,
    });
    await send('f', 'before');
    await feed.until(1);
    const jsm = await jetstreamManager(store.nc);
    for await (const { name } of jsm.consumers.list('EDICT_EVENTS'))
      await jsm.consumers.delete('EDICT_EVENTS', name);
    await send('f', 'after');
    expect(await feed.until(2)).toEqual(['before', 'after']);
    following.stop();
  });

  it('goes on where it was after the server was killed and came back', async () => {
    const feed = collector();
    const following = followStream(store, {
      stream: 'EDICT_EVENTS',
      subject: 'edict.v1.events.e.>',
      onMessage: feed.add,
    });
    await send('e', 'before');
    await feed.until(1);
    const lost = new Promise((resolve) => store.onChange(resolve));
    await nats.kill();
    await lost;
    const back = new Promise((resolve) => store.onChange(resolve));
    nats = await startTestNats({ own: true, storeDir: nats.storeDir ?? '', port: nats.server?.port ?? 0 });
    await back;
    await send('e', 'after');
    expect(await feed.until(2)).toEqual(['before', 'after']);
    following.stop();
  });
});
