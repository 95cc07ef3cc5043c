import { BUCKETS, policyKey } from '@edict/contracts';
import { provision } from '@edict/nats';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { save } from './testing/journals.ts';
import { openProjectorFixture, type ProjectorFixture } from './testing/projector-fixture.ts';

let edict: ProjectorFixture;
beforeAll(async () => {
  edict = await openProjectorFixture();
});
afterAll(() => edict.stop());

const soon = { timeout: 15_000, interval: 20 };
const latest = () => edict.rows(BUCKETS.latest);

describe('a projector', () => {
  it('goes on where it was when the server was killed and came back', async () => {
    const projector = await edict.start();
    await edict.journals.policy(save('p.before'));
    await vi.waitFor(async () => expect(Object.keys(await latest())).toHaveLength(1), soon);
    await edict.killServer();
    await edict.journals.policy(save('p.after'));
    await vi.waitFor(async () => expect(Object.keys(await latest())).toHaveLength(2), soon);
    await vi.waitFor(async () => {
      const ids = (await edict.feed()).flatMap(({ events }) => events.map(({ id }) => id));
      expect(ids).toEqual(['policies.default/1/0', 'policies.default/2/0']);
    }, soon);
    await vi.waitFor(() => {
      for (const output of projector.status().outputs) {
        expect(output).toMatchObject({ state: 'live', lag: 0, stopped: [] });
        expect(output).not.toHaveProperty('problem');
      }
    }, soon);
    await projector.stop();
  });

  it('does not trust a checkpoint that does not fit the journals, and writes every row again', async () => {
    const before = await latest();
    const kv = await new Kvm(edict.store.nc).open(BUCKETS.latest);
    const checkpoint = (await kv.get('_checkpoint'))?.json() as object;
    await kv.put('_checkpoint', JSON.stringify({ ...checkpoint, hash: 'sha256:of-another-stream' }));
    await kv.delete(policyKey('default', 'p.before'));
    const projector = await edict.start();
    await vi.waitFor(async () => expect(await latest()).toEqual(before), soon);
    await projector.stop();
  });

  it('raises an alarm when the broker has lost commits that were projected, and keeps the rows as evidence', async () => {
    const before = await latest();
    const projector = await edict.start();
    const jsm = await jetstreamManager(edict.store.nc);
    await jsm.streams.delete('EDICT_POLICIES');
    await provision(edict.store);
    await vi.waitFor(() => {
      const lost = projector.status().alarms.filter(({ journal }) => journal === 'EDICT_POLICIES');
      expect(lost.map(({ output }) => output).sort()).toEqual(['feed', 'history', 'latest']);
    }, soon);
    expect(projector.status().alarms[0]?.message).toMatch(/ends at 0, but \w+ has read up to 2/);
    expect(await latest()).toEqual(before);
    await projector.stop();
  });
});
