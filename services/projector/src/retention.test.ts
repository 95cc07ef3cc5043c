import { BUCKETS, type SignalEnvelope, STREAMS, sessionKey } from '@edict/contracts';
import { jetStreamJournals } from '@edict/nats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decide, unanimous } from './testing/journals.ts';
import { openProjectorFixture, type ProjectorFixture } from './testing/projector-fixture.ts';

let edict: ProjectorFixture;
beforeAll(async () => {
  edict = await openProjectorFixture();
});
afterAll(() => edict.stop());

const soon = { timeout: 10_000, interval: 20 };

const start = (session_id: string) =>
  edict.journals.session({
    kind: 'start-sealed',
    session_id,
    descriptor: unanimous,
    roster: ['fraud'],
    proposal: { option: 'a transfer', rationale: '' },
    deadline: Date.now() + 600_000,
    request: { subject: { type: 'agent', id: 'payer' }, request_id: session_id },
  });
const vote = (session_id: string) => {
  const envelope: SignalEnvelope = {
    macp_version: '1.0',
    mode: 'macp.mode.decision.v1',
    message_type: 'Vote',
    message_id: `${session_id}-vote`,
    session_id,
    sender: 'fraud',
    timestamp_unix_ms: Date.now(),
    payload: { proposal_id: 'request', vote: 'APPROVE', reason: 'fine' },
  };
  return edict.journals.session({ kind: 'signal', envelope });
};
const purge = async (journal: 'sessions.0' | 'verdicts.0', below: number): Promise<void> => {
  await (await jetStreamJournals(edict.store)(journal)).purge?.(below);
};
const rows = () => edict.rows(BUCKETS.sessions);

describe('a projector of journals whose beginning was purged', () => {
  it('goes on without a word when everything that was purged is in its outputs', async () => {
    const first = await edict.start();
    for (const id of ['s-1', 's-2']) await start(id);
    await vote('s-1');
    await vi.waitFor(async () => expect(Object.keys(await rows())).toHaveLength(2), soon);
    await vi.waitFor(async () => expect((await edict.feed()).length).toBeGreaterThanOrEqual(3), soon);
    await first.stop();
    const before = (await rows())[sessionKey('default', 's-1')];
    await purge('sessions.0', 2);

    const second = await edict.start();
    await vote('s-2');
    const open = sessionKey('default', 's-2');
    await vi.waitFor(async () => expect((await rows())[open]).toMatchObject({ state: 'Resolved' }), soon);
    expect((await rows())[sessionKey('default', 's-1')]).toEqual(before);
    expect(second.status().alarms).toEqual([]);
    await second.stop();
  });

  it('says what a view and a feed may lack that had not read that far, and goes on', async () => {
    for (const id of ['r-1', 'r-2', 'r-3']) await edict.journals.verdict(decide(id));
    await purge('verdicts.0', 3);
    const projector = await edict.start();
    await vi.waitFor(() => {
      expect(projector.status().alarms).toMatchObject([
        { output: 'feed', journal: 'verdicts.0', code: 'JOURNAL_PURGED' },
      ]);
    }, soon);
    expect(projector.status().alarms[0]?.message).toMatch(/purged below revision 3 .*may be missing/);
    await vi.waitFor(async () => {
      const ids = (await edict.feed()).flatMap(({ events }) => events.map(({ id }) => id));
      expect(ids).toContain('verdicts.0/3/0');
      expect(ids).not.toContain('verdicts.0/2/0');
    }, soon);
    for (const { stream, stopped, lag } of projector.status().outputs) {
      if (stream === STREAMS.verdicts) expect({ stopped, lag }).toEqual({ stopped: [], lag: 0 });
    }
    await projector.stop();
  });

  it('builds a deleted view from what is kept, and says what that leaves out', async () => {
    await edict.deleteBucket(BUCKETS.sessions);
    const projector = await edict.start();
    const open = sessionKey('default', 's-2');
    await vi.waitFor(async () => expect((await rows())[open]).toMatchObject({ state: 'Resolved' }), soon);
    expect(await rows()).not.toHaveProperty(sessionKey('default', 's-1'));
    expect(projector.status().alarms).toMatchObject([
      { output: 'sessions', journal: 'sessions.0', code: 'JOURNAL_PURGED' },
    ]);
    await projector.stop();
  });
});
