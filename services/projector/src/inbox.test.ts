import { eventAddress, STREAMS } from '@edict/contracts';
import { systemClock } from '@edict/journal';
import { connectStore, provision, type StoreConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInbox } from './inbox.ts';

let nats: TestNats;
let store: StoreConnection;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'inbox' });
  await provision(store);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

describe('an inbox', () => {
  it('hands over each message once and in order, however little may wait', async () => {
    for (let n = 0; n < 60; n++) await store.requester.request(eventAddress('w', 'x.y'), 'm'.repeat(1_000));
    const stream = STREAMS.events;
    const onFault = (error: unknown) => expect.unreachable(String(error));
    const inbox = openInbox({ store, clock: systemClock, stream, after: 0, onFault, aheadBytes: 5_000 });
    const sequences: number[] = [];
    while (sequences.length < 60) {
      const batch = await inbox.next(10_000);
      expect(batch.length).toBeLessThanOrEqual(6);
      for (const { sequence } of batch) sequences.push(sequence);
    }
    expect(sequences).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    inbox.close();
    expect(await inbox.next(10_000)).toEqual([]);
  });
});
