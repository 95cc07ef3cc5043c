import { type Answer, anchoredJournals, createHost, type Host, systemClock } from '@edict/journal';
import {
  describeSnapshots,
  type TallyCommand,
  type TallyEvent,
  type TallyState,
  tallyDecider,
} from '@edict/journal/testing';
import { expect, it } from 'vitest';
import { streamAnchors } from '../anchors/stream-anchors.ts';
import { connectStore, type StoreConnection } from '../connections.ts';
import { jetStreamJournals } from '../jetstream/jetstream-journal.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats } from '../testing/index.ts';
import { streamSnapshots } from './stream-snapshots.ts';

describeSnapshots('the snapshot stream', async () => {
  const nats = await startTestNats({ own: true });
  const store = await connectStore({ url: nats.url, name: 'test' });
  await provision(store);
  return {
    open: async () => streamSnapshots(store),
    close: async () => {
      await store.close();
      await nats.stop();
    },
  };
});

type TallyHost = Host<TallyCommand, TallyEvent, TallyState, { readonly extra: number }>;

const owner = async (store: StoreConnection, problems: string[]): Promise<TallyHost> => {
  const open = anchoredJournals(jetStreamJournals(store), {
    clock: systemClock,
    places: [streamAnchors(store)],
  });
  const host = createHost({
    journal: await open('verdicts.0'),
    decider: tallyDecider,
    clock: systemClock,
    incarnation: crypto.randomUUID(),
    facts: () => ({ ok: true as const, facts: { extra: 0 } }),
    checkpoints: {
      snapshots: streamSnapshots(store),
      commits: 20,
      onProblem: (_, problem) => problems.push(problem),
    },
  });
  await host.load();
  host.setActive(true);
  return host;
};
const send = (host: TallyHost, command: TallyCommand): Promise<Answer<TallyEvent>> =>
  new Promise((resolve) => host.submit({ command, ws: 'w' }, resolve));

it('lets a new owner begin at the checkpoint when the journal below it is gone, with the server killed in between', async () => {
  const nats = await startTestNats({ own: true });
  const store = await connectStore({ url: nats.url, name: 'test' });
  await provision(store);
  const problems: string[] = [];
  const first = await owner(store, problems);
  for (let i = 0; i < 40; i++) await send(first, { type: 'add', name: `n${i}`, amount: 1, id: `c${i}` });
  await first.drain();
  const [sealed] = await streamSnapshots(store).sealed('verdicts.0');
  const captured = Number(sealed?.id.split('-')[0]);
  await store.requester.request(
    '$JS.API.STREAM.PURGE.EDICT_VERDICTS',
    JSON.stringify({ filter: 'edict.v1.journal.verdicts.0', seq: captured }),
  );
  const back = new Promise<void>((resolve) => {
    store.onChange((connected) => connected && resolve());
  });
  await nats.kill();
  const again = await startTestNats({
    own: true,
    storeDir: nats.storeDir ?? '',
    port: nats.server?.port ?? 0,
  });
  await back;
  const second = await owner(store, problems);
  expect(second.peek(({ totals }) => totals.size)).toBe(40);
  expect(second.status().revision).toBe(first.status().revision);
  expect(await send(second, { type: 'add', name: 'n39', amount: 1, id: 'c39' })).toMatchObject({
    repeated: true,
  });
  expect(await send(second, { type: 'add', name: 'new', amount: 1, id: 'new' })).toMatchObject({ ok: true });
  expect(problems).toEqual([]);
  await second.drain();
  await store.close();
  await again.stop();
  await nats.stop();
});
