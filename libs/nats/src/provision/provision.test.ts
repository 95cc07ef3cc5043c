import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { cuttableLink, startTestNats, type TestNats } from '../testing/index.ts';
import { provision } from './provision.ts';

let nats: TestNats;
let store: StoreConnection;
let jsm: JetStreamManager;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'provisioner' });
  jsm = await jetstreamManager(store.nc);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

describe('provisioning', () => {
  it('agrees on one number of partitions when several services start at once on an empty server', async () => {
    const deployments = await Promise.all([3, 3, 3].map((partitions) => provision(store, { partitions })));
    expect(deployments.map(({ partitions }) => partitions)).toEqual([3, 3, 3]);
    expect(new Set(deployments.map(({ id }) => id)).size).toBe(1);
  });

  it('may run again, and then answers what was recorded', async () => {
    expect(await provision(store)).toMatchObject({ partitions: 3 });
  });

  it('refuses another number of partitions and names both', async () => {
    await expect(provision(store, { partitions: 8 })).rejects.toMatchObject({
      code: 'DEPLOYMENT_MISMATCH',
      message: expect.stringMatching(/8.*3/),
    });
  });

  it.each([0, 1.5, 5_000])('refuses %s partitions with what is allowed', async (partitions) => {
    await expect(provision(store, { partitions })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('1 to 1024'),
    });
  });

  it('keeps journals without any limit, and policies from being deleted', async () => {
    const { config } = await jsm.streams.info('EDICT_POLICIES');
    expect(config).toMatchObject({
      max_age: 0,
      max_msgs: -1,
      max_bytes: -1,
      discard: 'new',
      storage: 'file',
    });
    await expect(jsm.streams.purge('EDICT_POLICIES')).rejects.toThrow(/not permitted/);
  });

  it('applies the age of the feed that an operator chooses, and leaves it where none is given', async () => {
    await provision(store, { eventsAgeMs: 3_600_000 });
    expect((await jsm.streams.info('EDICT_EVENTS')).config.max_age).toBe(3_600_000 * 1_000_000);
    await provision(store, { eventsAgeMs: 1_000 });
    expect((await jsm.streams.info('EDICT_EVENTS')).config.max_age).toBe(1_000 * 1_000_000);
    await provision(store, { eventsAgeMs: 3_600_000 });
    await provision(store);
    expect((await jsm.streams.info('EDICT_EVENTS')).config.max_age).toBe(3_600_000 * 1_000_000);
  });

  it('refuses a journal that was given an age behind its back, naming stream, field, found and wanted', async () => {
    await jsm.streams.update('EDICT_VERDICTS', { max_age: 3_600_000_000_000 });
    await expect(provision(store)).rejects.toMatchObject({
      code: 'CONFIG_MISMATCH',
      message: 'stream EDICT_VERDICTS: max_age is 3600000000000, it must be 0',
    });
    await jsm.streams.update('EDICT_VERDICTS', { max_age: 0 });
    expect(await provision(store)).toMatchObject({ partitions: 3 });
  });

  it('goes on with the deployment that was written down outside', async () => {
    const { id } = await provision(store);
    expect(await provision(store, { deployment: { id, recordedIn: 'FILE' } })).toMatchObject({ id });
  });

  it('refuses another deployment than the one that was written down, naming both and where it was', async () => {
    const { id } = await provision(store);
    await expect(provision(store, { deployment: { id: 'other', recordedIn: 'FILE' } })).rejects.toMatchObject(
      {
        code: 'DEPLOYMENT_MISMATCH',
        message: expect.stringMatching(new RegExp(`FILE.*other.*${id}`)),
      },
    );
  });

  it('refuses an emptied store rather than begin again, and creates nothing in it', async () => {
    const empty = await startTestNats({ own: true });
    const connection = await connectStore({ url: empty.url, name: 'provisioner' });
    const expected = { id: 'lost', recordedIn: 'FILE' };
    await expect(provision(connection, { deployment: expected })).rejects.toMatchObject({
      code: 'STORE_VANISHED',
      message: expect.stringMatching(/FILE.*lost.*empty.*put the store back/),
    });
    expect(await (await jetstreamManager(connection.nc)).streams.list().next()).toEqual([]);
    await connection.close();
    await empty.stop();
  });

  it('refuses a stream of that name that takes other subjects', async () => {
    await jsm.streams.update('EDICT_DEAD', { subjects: ['elsewhere.>'] });
    await expect(provision(store)).rejects.toMatchObject({
      code: 'CONFIG_MISMATCH',
      message: expect.stringMatching(/EDICT_DEAD: subjects is \["elsewhere/),
    });
  });

  it('goes on where it was when an answer of the broker gets lost', async () => {
    const empty = await startTestNats({ own: true });
    const link = await cuttableLink(empty.url);
    const cut = await connectStore({ url: link.url, name: 'cut' });
    cut.onChange((up) => up || link.mend());
    link.cutAfterSending('STREAM.CREATE.EDICT_SESSIONS');
    expect(await provision(cut)).toMatchObject({ partitions: 8 });
    await cut.close();
    await link.close();
    await empty.stop();
  });
});
