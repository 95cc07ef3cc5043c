import { CloudEventBatch, FEED_CONTENT_TYPE, STREAMS } from '@edict/contracts';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decide, save } from '../testing/journals.ts';
import { openProjectorFixture, type ProjectorFixture } from '../testing/projector-fixture.ts';

let edict: ProjectorFixture;
let jsm: JetStreamManager;
beforeAll(async () => {
  edict = await openProjectorFixture();
  jsm = await jetstreamManager(edict.store.nc);
});
afterAll(() => edict.stop());

const soon = { timeout: 10_000, interval: 20 };
const idsAt = async (address: string): Promise<string[]> =>
  (await edict.feed())
    .filter((seen) => seen.address === address)
    .flatMap(({ events }) => events.map(({ id }) => id));
const ISSUED = 'edict.v1.events.default.verdict.issued';
const ISSUED_ELSEWHERE = 'edict.v1.events.other.verdict.issued';

describe('the public feed', () => {
  it('has one message per commit, workspace and type, each a batch of CloudEvents 1.0', async () => {
    const projector = await edict.start();
    const { journals } = edict;
    await journals.verdict(decide('r-1'));
    const replies = await Promise.all([
      ...[2, 3, 4].map((n) => journals.verdict(decide(`r-${n}`))),
      journals.verdict(decide('r-5'), 'other'),
    ]);
    const receipts = replies.map(
      ({ receipt }) => receipt as { journal: string; revision: number; index: number },
    );
    await vi.waitFor(async () => {
      expect(await idsAt(ISSUED)).toHaveLength(4);
      expect(await idsAt(ISSUED_ELSEWHERE)).toHaveLength(1);
    }, soon);
    const feed = await edict.feed();
    for (const { events } of feed) expect(CloudEventBatch.safeParse(events).success).toBe(true);
    const commits = new Set(receipts.slice(0, 3).map(({ revision }) => revision));
    expect(feed.filter(({ address }) => address === ISSUED)).toHaveLength(1 + commits.size);
    expect(await idsAt(ISSUED)).toEqual([
      'verdicts.0/1/0',
      ...receipts.slice(0, 3).map(({ journal, revision, index }) => `${journal}/${revision}/${index}`),
    ]);
    expect(feed.filter(({ address }) => address === ISSUED_ELSEWHERE)).toHaveLength(1);
    await projector.stop();
  });

  it('says of a verdict who asked for what by name, and nothing of properties or context', async () => {
    const [first] = (await edict.feed()).flatMap(({ events }) => events);
    expect(first).toMatchObject({
      specversion: '1.0',
      id: 'verdicts.0/1/0',
      source: 'edict/verdicts.0',
      type: 'verdict.issued',
      subject: 'agent:payer',
      workspace: 'default',
      data: {
        request_id: 'r-1',
        effect: 'allow',
        subject: { type: 'agent', id: 'payer' },
        action: { name: 'tool.invoke' },
        resource: { type: 'tool', id: 'ledger.read' },
      },
    });
    expect(JSON.stringify(first)).not.toMatch(/roles|amount/);
  });

  it('has the content type of the batch format in its header', async () => {
    const message = await jsm.streams.getMessage(STREAMS.events, { last_by_subj: ISSUED });
    expect(message?.header.get('content-type')).toBe(FEED_CONTENT_TYPE);
  });

  it('neither repeats nor loses an event when the projector restarts while commits come in', async () => {
    const sent: Promise<unknown>[] = [];
    const before = (await idsAt(ISSUED)).length;
    for (let round = 0; round < 5; round++) {
      const projector = await edict.start();
      for (let n = 0; n < 20; n++) {
        sent.push(edict.journals.verdict(decide(`again-${round}-${n}`)));
        if (n === 10) await Promise.all(sent);
      }
      await projector.stop();
    }
    await Promise.all(sent);
    const projector = await edict.start();
    await vi.waitFor(async () => expect(new Set(await idsAt(ISSUED)).size).toBe(before + 100), soon);
    expect(await idsAt(ISSUED)).toHaveLength(before + 100);
    await projector.stop();
  });

  it('sends nothing again after a restart, even when the broker no longer remembers the ids', async () => {
    const before = await edict.feed();
    await jsm.streams.update(STREAMS.events, { duplicate_window: 100_000_000 });
    const projector = await edict.start();
    await edict.journals.verdict(decide('r-late'));
    await vi.waitFor(async () => expect((await edict.feed()).length).toBeGreaterThan(before.length), soon);
    expect(await edict.feed()).toHaveLength(before.length + 1);
    await projector.stop();
    await jsm.streams.update(STREAMS.events, { duplicate_window: 120_000_000_000 });
  });

  it('goes on for everybody whatever a workspace is called', async () => {
    const projector = await edict.start();
    const names = ['a/b\n ü', 'a/b\r ü', 'a/b=0A ü', ' a/b ', 'a/b', 'tab\t'];
    for (const ws of names) await edict.journals.policy(save('p.odd'), ws);
    await edict.journals.policy(save('p.even'), 'plain');
    const saved = async (): Promise<string[]> =>
      (await edict.feed())
        .flatMap(({ events }) => events)
        .filter(({ data }) => ['p.odd', 'p.even'].includes((data as { policy_id: string }).policy_id))
        .map(({ id }) => id);
    await vi.waitFor(
      async () =>
        expect((await saved()).sort()).toEqual([...names, 'plain'].map((ws) => `policies.${ws}/1/0`).sort()),
      soon,
    );
    expect(projector.status().outputs.every(({ lag, problem }) => lag === 0 && problem === undefined)).toBe(
      true,
    );
    await projector.stop();
  });

  it('is the same with two projectors as with one', async () => {
    const [first, second] = await Promise.all([edict.start(), edict.start()]);
    for (let n = 0; n < 30; n++) await edict.journals.policy(save('p.feed', `change ${n}`));
    const address = 'edict.v1.events.default.policy.saved';
    const expected = Array.from({ length: 30 }, (_, n) => `policies.default/${n + 1}/0`);
    await vi.waitFor(async () => expect(new Set(await idsAt(address)).size).toBe(30), soon);
    await Promise.all([first.stop(), second.stop()]);
    expect(await idsAt(address)).toEqual(expected);
  });

  it('goes on with a journal that was quiet for long, whose last commit lies far behind', async () => {
    await edict.journals.policy(save('p.quiet'), 'quiet');
    for (let n = 0; n < 300; n++) await edict.journals.policy(save('p.busy', `change ${n}`), 'busy');
    const before = await edict.start();
    await vi.waitFor(
      async () => expect(await idsAt('edict.v1.events.busy.policy.saved')).toHaveLength(300),
      soon,
    );
    await before.stop();
    const projector = await edict.start();
    await edict.journals.policy(save('p.quiet', 'again'), 'quiet');
    await vi.waitFor(
      async () =>
        expect(await idsAt('edict.v1.events.quiet.policy.saved')).toEqual([
          'policies.quiet/1/0',
          'policies.quiet/2/0',
        ]),
      soon,
    );
    expect(projector.status().alarms).toEqual([]);
    await projector.stop();
  });

  it('is complete again when its stream vanishes while the projector runs', async () => {
    const projector = await edict.start();
    const idsOf = async () => (await edict.feed()).flatMap(({ events }) => events.map(({ id }) => id)).sort();
    const before = await idsOf();
    await jsm.streams.delete(STREAMS.events);
    await vi.waitFor(async () => expect(await idsOf()).toEqual(before), soon);
    await projector.stop();
  });

  it('stops a journal at a commit that does not follow, also when that was stored while no projector ran', async () => {
    const forged = {
      v: 1,
      journal: 'verdicts.0',
      revision: 999,
      previous: 'sha256:0',
      semantics: 1,
      entries: [],
    };
    await edict.journals.poison('verdicts.0', JSON.stringify(forged));
    const projector = await edict.start();
    await vi.waitFor(() => expect(edict.alarms.map(({ journal }) => journal)).toEqual(['verdicts.0']), soon);
    expect(edict.alarms[0]?.error).toMatchObject({
      code: 'JOURNAL_BROKEN',
      message: expect.stringContaining('verdicts.0/999 does not follow'),
    });
    await edict.journals.policy(save('p.goes.on'), 'elsewhere');
    await vi.waitFor(
      async () =>
        expect(await idsAt('edict.v1.events.elsewhere.policy.saved')).toEqual(['policies.elsewhere/1/0']),
      soon,
    );
    expect(projector.status().alarms).toMatchObject([{ output: 'feed', journal: 'verdicts.0' }]);
    await projector.stop();
  });
});
