import { BUCKETS, policyKey, policyRevisionKey } from '@edict/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { guardrail, save } from '../testing/journals.ts';
import { openProjectorFixture, type ProjectorFixture } from '../testing/projector-fixture.ts';

let edict: ProjectorFixture;
beforeAll(async () => {
  edict = await openProjectorFixture();
});
afterAll(() => edict.stop());

const soon = { timeout: 10_000, interval: 20 };
const latest = () => edict.rows(BUCKETS.latest);
const history = () => edict.rows(BUCKETS.history);
const get = async (policy_id: string, ws?: string) => edict.journals.policy({ op: 'get', policy_id }, ws);

describe('the policy views', () => {
  it('N18 hold what get answers, with the receipt, under encoded keys; a deletion keeps its evidence', async () => {
    const projector = await edict.start();
    const { journals } = edict;
    const saved = await journals.policy(save('guardrail.payments', 'first'));
    await vi.waitFor(
      async () => expect(Object.keys(await latest())).toEqual(['default.guardrail=2Epayments']),
      soon,
    );
    expect((await latest())['default.guardrail=2Epayments']).toEqual({
      ...(await get('guardrail.payments')),
      receipt: saved['receipt'],
    });

    await journals.policy(save('guardrail.payments', 'second'));
    const changed = { op: 'set_enforcement', policy_id: 'guardrail.payments', enforcement: 'warn' } as const;
    await journals.policy(changed);
    const now = await get('guardrail.payments');
    await vi.waitFor(async () => {
      const rows = await history();
      expect(rows['default.guardrail=2Epayments.1']).toMatchObject({ revision: 1, enforcement: 'enforce' });
      expect(rows['default.guardrail=2Epayments.2']).toMatchObject(now);
      expect((await latest())['default.guardrail=2Epayments']).toMatchObject({ ...now, enforcement: 'warn' });
    }, soon);

    await journals.policy({ op: 'delete', policy_id: 'guardrail.payments' });
    await vi.waitFor(async () => expect(await latest()).toEqual({}), soon);
    await vi.waitFor(
      async () =>
        expect((await history())['default.guardrail=2Epayments.2']).toMatchObject({ deleted: true }),
      soon,
    );
    expect((await history())['default.guardrail=2Epayments.1']).not.toHaveProperty('deleted');

    await journals.policy({ op: 'restore', policy_id: 'guardrail.payments' });
    await vi.waitFor(
      async () => expect((await latest())['default.guardrail=2Epayments']).toMatchObject({ revision: 3 }),
      soon,
    );
    await projector.stop();
  });

  it('are rebuilt equal when their buckets vanish while the projector runs', async () => {
    await edict.journals.policy(save('p.two'), 'other team');
    await edict.journals.policy(save('p.gone'));
    await edict.journals.policy({ op: 'delete', policy_id: 'p.gone' });
    const projector = await edict.start();
    await vi.waitFor(() => expect(projector.status().outputs.every(({ lag }) => lag === 0)).toBe(true), soon);
    const before = { latest: await latest(), history: await history() };
    expect(Object.keys(before.latest)).toContain('other=20team.p=2Etwo');
    await edict.deleteBucket(BUCKETS.latest);
    await edict.deleteBucket(BUCKETS.history);
    await vi.waitFor(async () => {
      expect(await latest()).toEqual(before.latest);
      expect(await history()).toEqual(before.history);
    }, soon);
    await edict.journals.policy(save('p.after'));
    await vi.waitFor(
      async () => expect(await latest()).toHaveProperty([policyKey('default', 'p.after')]),
      soon,
    );
    await projector.stop();
  });

  it('are rebuilt equal after a restart without their buckets', async () => {
    const before = { latest: await latest(), history: await history() };
    await edict.deleteBucket(BUCKETS.latest);
    await edict.deleteBucket(BUCKETS.history);
    const projector = await edict.start();
    await vi.waitFor(async () => {
      expect(await latest()).toEqual(before.latest);
      expect(await history()).toEqual(before.history);
    }, soon);
    await projector.stop();
  });

  it('go on after a restart where they were, and write no row again', async () => {
    const key = policyKey('default', 'p.after');
    const written = await edict.kvRevision(BUCKETS.latest, key);
    await edict.journals.policy(save('p.meanwhile'));
    const projector = await edict.start();
    await vi.waitFor(
      async () => expect(await latest()).toHaveProperty([policyKey('default', 'p.meanwhile')]),
      soon,
    );
    expect(await edict.kvRevision(BUCKETS.latest, key)).toBe(written);
    await projector.stop();
  });

  it('do not overwrite a row that a later event made', async () => {
    const key = policyKey('default', 'p.later');
    const receipt = { journal: 'policies.default', revision: 1_000, index: 0 };
    const row = JSON.stringify({ policy_id: 'p.later', note: 'from a projector that is ahead', receipt });
    await edict.store.requester.request(`$KV.${BUCKETS.latest}.${key}`, row);
    await edict.journals.policy(save('p.later'));
    await edict.journals.policy(save('p.beside'));
    const projector = await edict.start();
    await vi.waitFor(
      async () => expect(await latest()).toHaveProperty([policyKey('default', 'p.beside')]),
      soon,
    );
    expect((await latest())[key]).toEqual(JSON.parse(row));
    await projector.stop();
  });

  it('replace a row that was not made from the log', async () => {
    const key = policyKey('default', 'p.forged');
    await edict.store.requester.request(`$KV.${BUCKETS.latest}.${key}`, 'not even JSON');
    await edict.journals.policy(save('p.forged'));
    const projector = await edict.start();
    const kept = await get('p.forged');
    await vi.waitFor(async () => expect((await latest())[key]).toMatchObject(kept), soon);
    await projector.stop();
  });

  it('a deleted policy stays deleted when a projector that is behind writes its rows', async () => {
    const key = policyRevisionKey('default', 'p.gone', 1);
    const [first, second] = await Promise.all([edict.start(), edict.start()]);
    await edict.deleteBucket(BUCKETS.latest);
    for (let n = 0; n < 30; n++) await edict.journals.policy(save(`p.many.${n % 7}`, `change ${n}`));
    await vi.waitFor(async () => {
      const rows = await latest();
      expect(rows).not.toHaveProperty([policyKey('default', 'p.gone')]);
      for (let n = 23; n < 30; n++) {
        expect(rows[policyKey('default', `p.many.${n % 7}`)]).toMatchObject({
          document: guardrail(`p.many.${n % 7}`, `change ${n}`),
        });
      }
    }, soon);
    expect(await history()).toHaveProperty([key]);
    await Promise.all([first.stop(), second.stop()]);
  });
});

describe('a policy journal that cannot be projected', () => {
  const alarmsOf = (journal: string) => edict.alarms.filter((alarm) => alarm.journal === journal);

  it('stops with an alarm at a commit that does not parse, and the others go on', async () => {
    const projector = await edict.start();
    await edict.journals.policy(save('p.sound'), 'poisoned');
    await edict.journals.poison('policies.poisoned', '{"v":1,');
    await vi.waitFor(() => expect(alarmsOf('policies.poisoned')).toHaveLength(3), soon);
    expect(alarmsOf('policies.poisoned')[0]?.error).toMatchObject({ code: 'JOURNAL_BROKEN' });
    await edict.journals.policy(save('p.unharmed'));
    await vi.waitFor(
      async () => expect(await latest()).toHaveProperty([policyKey('default', 'p.unharmed')]),
      soon,
    );
    await vi.waitFor(() => {
      const { outputs } = projector.status();
      const stopped = outputs
        .filter(({ stream }) => stream === 'EDICT_POLICIES')
        .map((output) => output.stopped);
      expect(stopped).toEqual([['policies.poisoned'], ['policies.poisoned'], ['policies.poisoned']]);
    }, soon);
    await projector.stop();
  });

  it('stops again after a restart, because nothing was skipped', async () => {
    edict.alarms.length = 0;
    const projector = await edict.start();
    await vi.waitFor(() => expect(alarmsOf('policies.poisoned')).toHaveLength(3), soon);
    await projector.stop();
  });

  it('stops the views at an event of an unknown type, which the feed passes on', async () => {
    edict.alarms.length = 0;
    const commit = {
      v: 1,
      journal: 'policies.newer',
      revision: 1,
      previous: '',
      semantics: 9,
      entries: [
        {
          id: 'x-1',
          at: Date.now(),
          ws: 'newer',
          command: {},
          events: [{ type: 'policy.blessed', data: {} }],
        },
      ],
    };
    const projector = await edict.start();
    await edict.journals.poison('policies.newer', JSON.stringify(commit));
    await vi.waitFor(() => expect(alarmsOf('policies.newer')).toHaveLength(2), soon);
    await vi.waitFor(async () => {
      const passed = (await edict.feed()).filter(
        ({ address }) => address === 'edict.v1.events.newer.policy.blessed',
      );
      expect(passed.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(['policies.newer/1/0']);
    }, soon);
    await projector.stop();
  });
});
