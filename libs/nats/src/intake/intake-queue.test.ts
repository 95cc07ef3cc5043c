import { intakeAddress, STREAMS } from '@edict/contracts';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import type { IntakeMessage } from './intake-message.ts';
import { streamIntake, type Taking } from './intake-queue.ts';

let nats: TestNats;
let store: StoreConnection;
let jsm: JetStreamManager;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'intake' });
  jsm = await jetstreamManager(store.nc);
  await provision(store);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

const takers: Taking[] = [];
afterEach(async () => {
  await Promise.all(takers.splice(0).map((taking) => taking.stop(0)));
  await jsm.streams.purge(STREAMS.intake);
});

const take = (onMessage: (message: IntakeMessage) => void, inFlight = 16): Taking => {
  const taking = streamIntake(store).take('decide', { inFlight, onMessage, onFault: () => {} });
  takers.push(taking);
  return taking;
};

const leave = async (text: string, ws = 'w', id?: string): Promise<Record<string, unknown>> => {
  const block = headers();
  if (id !== undefined) block.set('Nats-Msg-Id', id);
  const reply = await store.requester.request(intakeAddress('decide', ws), text, { headers: block });
  return reply.json();
};
const leaveAll = (count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, i) => leave(String(i))));

const textOf = ({ data }: IntakeMessage): string => new TextDecoder().decode(data);
const left = async (): Promise<number> => (await jsm.streams.info(STREAMS.intake)).state.messages;

describe('the intake', () => {
  it('keeps what nobody takes, and says how much there is', async () => {
    await leaveAll(3);
    expect(await streamIntake(store).backlog()).toEqual([
      { verb: 'decide', waiting: 3, taken: 0 },
      { verb: 'signal', waiting: 0, taken: 0 },
    ]);
  });

  it('does not take what has no verb of it', async () => {
    await expect(store.requester.request('edict.v1.intake.w.outcome', '{}')).rejects.toMatchObject({
      code: 'NO_RESPONDERS',
    });
  });

  it('takes messages under one id from two senders for two', async () => {
    expect(await leave('a', 'w', 'r-1')).not.toHaveProperty('duplicate');
    await expect
      .poll(async () => (await leave('b', 'v', 'r-1'))['duplicate'], { timeout: 10_000 })
      .toBeUndefined();
  });

  it('lets a message go when it is done or dropped, and brings it again when it is not', async () => {
    const seen: string[] = [];
    await leaveAll(3);
    take((message) => {
      const { sequence: _, deliveries } = message;
      seen.push(`${textOf(message)}/${deliveries}`);
      if (textOf(message) === '0') message.done();
      else if (textOf(message) === '1') message.drop();
      else if (deliveries < 3) message.later(1);
      else message.done();
    });
    await expect.poll(left).toBe(0);
    expect(seen.toSorted()).toEqual(['0/1', '1/1', '2/1', '2/2', '2/3']);
  });

  it('says when and where a message was stored, and what its sender called it', async () => {
    const before = Date.now();
    const stored = await leave('x', 'w.1', 'r-9');
    const taken = await new Promise<IntakeMessage>((resolve) => take(resolve));
    expect(taken).toMatchObject({
      address: 'edict.v1.intake.w=2E1.decide',
      sequence: stored['seq'],
      deliveries: 1,
      turn: 0,
    });
    expect(taken.header('Nats-Msg-Id')).toBe('r-9');
    expect(Math.abs(taken.storedAt - before)).toBeLessThan(10_000);
    taken.done();
  });

  it('is shared by those who take from it: each message goes to one', async () => {
    const seen: string[] = [];
    const counts = [0, 0];
    for (const taker of [0, 1]) {
      take((message) => {
        counts[taker] = (counts[taker] ?? 0) + 1;
        seen.push(textOf(message));
        setImmediate(message.done);
      }, 4);
    }
    await leaveAll(200);
    await expect.poll(left, { timeout: 10_000 }).toBe(0);
    expect(new Set(seen).size).toBe(200);
    expect(seen.length).toBe(200);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('gives a taker no more than it works on at once', async () => {
    const held: IntakeMessage[] = [];
    let most = 0;
    take((message) => {
      held.push(message);
      most = Math.max(most, held.length);
      setImmediate(() => held.splice(0).forEach((one) => void one.done()));
    }, 8);
    await leaveAll(100);
    await expect.poll(left, { timeout: 10_000 }).toBe(0);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('does not keep back what comes after messages that are to be tried again', async () => {
    const done: string[] = [];
    take((message) => {
      if (Number(textOf(message)) < 30) return message.later(3_600_000);
      done.push(textOf(message));
      message.done();
    }, 4);
    await leaveAll(40);
    await expect.poll(() => done.length, { timeout: 10_000 }).toBe(10);
    expect((await streamIntake(store).backlog())[0]).toEqual({ verb: 'decide', waiting: 0, taken: 30 });
  });

  it('goes on when its consumer was deleted', async () => {
    const seen: string[] = [];
    take((message) => {
      seen.push(textOf(message));
      message.done();
    });
    await leave('before');
    await expect.poll(() => seen).toEqual(['before']);
    await jsm.consumers.delete(STREAMS.intake, 'decide');
    await leave('after');
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['before', 'after']);
  });

  it('is refused when its consumer was made otherwise, naming field, found and wanted', async () => {
    await jsm.consumers.update(STREAMS.intake, 'decide', { max_deliver: 3 });
    await expect(provision(store)).rejects.toMatchObject({
      code: 'CONFIG_MISMATCH',
      message: 'consumer decide of EDICT_INTAKE: max_deliver is 3, it must be -1',
    });
    await jsm.consumers.delete(STREAMS.intake, 'decide');
    await provision(store);
  });
});
