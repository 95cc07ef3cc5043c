import { decodeToken } from '@edict/contracts';
import { systemClock } from '@edict/journal';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, connectStore, type EdgeConnection, type StoreConnection } from '../connections.ts';
import type { Membership } from '../membership/membership.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { deadLetters } from './dead-letters.ts';
import { createRelay, RELAY_HEADERS, type RelayedRequest } from './relay.ts';
import { serve } from './serve.ts';

let nats: TestNats;
let edge: EdgeConnection;
let owner: EdgeConnection;
let store: StoreConnection;
let plain: NatsConnection;

beforeAll(async () => {
  nats = await startTestNats();
  edge = await connectEdge({ url: nats.url, name: 'relay' });
  owner = await connectEdge({ url: nats.url, name: 'owner' });
  store = await connectStore({ url: nats.url, name: 'owner' });
  plain = await connect({ servers: nats.url });
  await provision(store);
});
afterAll(async () => {
  await Promise.all([edge.close(), owner.close(), store.close(), plain.close()]);
  await nats.stop();
});

/** Members that a test declares alive or gone. */
const declaredMembers = (...alive: string[]) => {
  let tell = (): void => {};
  let members = alive.map((incarnation) => ({ incarnation, services: ['enforcer'] }));
  const membership: Membership = {
    incarnation: () => 'me',
    members: () => members,
    owner: () => undefined,
    owns: () => false,
    onChange: (listener) => {
      tell = listener;
      return () => {};
    },
    late: () => false,
    leave: async () => {},
  };
  const gone = (): void => {
    members = [];
    tell();
  };
  return { membership, gone };
};

const request = (changes: Partial<RelayedRequest> = {}): RelayedRequest => ({
  verb: 'decide',
  ws: 'a b',
  data: Buffer.from('body'),
  deadline: systemClock.monotonic() + 2_000,
  as: undefined,
  messageId: undefined,
  again: false,
  bundled: false,
  ...changes,
});

const forward = (
  members: ReturnType<typeof declaredMembers>,
  to: string,
  sent = request(),
): Promise<string> =>
  new Promise((resolve) => {
    const relay = createRelay(edge, members.membership, systemClock);
    relay.forward(
      to,
      sent,
      ({ data }) => resolve(`relayed ${new TextDecoder().decode(data)}`),
      (mayBeThere) => resolve(mayBeThere ? 'alone, and perhaps there' : 'alone'),
    );
  });

interface Seen {
  readonly address: string;
  readonly as: string | undefined;
  readonly id: string | undefined;
  readonly timeout: string | undefined;
}

/** An owner that answers, or is silent, and what reached it. */
const serveAs = async (incarnation: string, answer: boolean) => {
  const seen: Seen[] = [];
  const arrived = Promise.withResolvers<void>();
  const subject = `edict.v1.member.${incarnation}.*.*`;
  let messages = 0;
  plain.subscribe(subject, {
    callback: () => {
      messages += 1;
    },
  });
  await plain.flush();
  serve(owner, { subject, consumer: 'enforcer', bury: deadLetters(store) }, (got) => {
    const { as, id, timeout } = RELAY_HEADERS;
    seen.push({ address: got.address, as: got.header(as), id: got.header(id), timeout: got.header(timeout) });
    const body = new TextDecoder().decode(got.data);
    if (answer) got.reply(`got ${body}`, body === 'fail' ? { 'Edict-Error': 'on purpose' } : undefined);
    arrived.resolve();
  });
  await owner.nc.flush();
  return { seen, messages: () => messages, arrived: arrived.promise };
};

describe('a relayed request', () => {
  it('brings the reply of its owner back, with identity, id and remaining time in headers', async () => {
    const { seen } = await serveAs('owner-1', true);
    const sent = request({ as: 'агент 7', messageId: 'm-1' });
    expect(await forward(declaredMembers('owner-1'), 'owner-1', sent)).toBe('relayed got body');
    const [got] = seen;
    expect(got?.address).toBe('edict.v1.member.owner-1.decide.a=20b');
    expect(decodeToken(got?.as ?? '')).toBe('агент 7');
    expect(got?.id).toBe('m-1');
    expect(Number(got?.timeout)).toBeLessThanOrEqual(2_000);
  });

  it('travels with others in one message, each with facts of its own, when their callers understand bundles', async () => {
    const { seen, messages } = await serveAs('owner-5', true);
    const relay = createRelay(edge, declaredMembers('owner-5').membership, systemClock);
    const deadline = systemClock.monotonic() + 2_000;
    const sent = [
      { data: 'one', messageId: 'm-1', deadline },
      { data: 'zwei, drei', messageId: 'm,2', deadline: deadline - 1_000 },
      { data: 'four', messageId: '', deadline },
      { data: 'five', messageId: 'm-5', as: 'агент, 7', deadline },
    ];
    const replies = await Promise.all(
      sent.map(
        ({ data, ...facts }) =>
          new Promise((resolve) => {
            const bundled = request({ ...facts, data: Buffer.from(data), bundled: true });
            relay.forward(
              'owner-5',
              bundled,
              (reply) => resolve(Buffer.from(reply.data).toString()),
              resolve,
            );
          }),
      ),
    );
    expect(replies).toEqual(sent.map(({ data }) => `got ${data}`));
    expect(messages()).toBe(3);
    expect(seen.map(({ id }) => id && decodeToken(id))).toEqual(['m-1', 'm,2', undefined, 'm-5']);
    expect(seen.map(({ as }) => as && decodeToken(as))).toEqual([
      undefined,
      undefined,
      undefined,
      'агент, 7',
    ]);
    const [first = 0, second = 0] = seen.map(({ timeout }) => Number(timeout));
    expect(first).toBeGreaterThan(1_000);
    expect(second).toBeLessThanOrEqual(1_000);
  });

  it('comes alone when its caller may want the headers of an error', async () => {
    await serveAs('owner-6', true);
    const relay = createRelay(edge, declaredMembers('owner-6').membership, systemClock);
    const headersOf = (bundled: boolean): Promise<string | undefined> =>
      new Promise((resolve, reject) => {
        const failing = request({ data: Buffer.from('fail'), bundled });
        relay.forward(
          'owner-6',
          failing,
          (reply) => resolve(new Map(reply.headers ?? []).get('Edict-Error')?.[0]),
          reject,
        );
      });
    expect(await headersOf(false)).toBe('on purpose');
    expect(await headersOf(true)).toBe(undefined);
  });

  it('is judged here when nobody listens at the owner’s address', async () => {
    expect(await forward(declaredMembers('owner-2'), 'owner-2')).toBe('alone');
  });

  it('is judged here when the owner is silent and counts as gone', async () => {
    const members = declaredMembers('owner-3');
    const { arrived } = await serveAs('owner-3', false);
    const outcome = forward(members, 'owner-3');
    await arrived;
    members.gone();
    expect(await outcome).toBe('alone, and perhaps there');
  });

  it('is judged here when its time runs out at a silent owner', async () => {
    await serveAs('owner-4', false);
    const sent = request({ deadline: systemClock.monotonic() + 30 });
    expect(await forward(declaredMembers('owner-4'), 'owner-4', sent)).toBe('alone, and perhaps there');
  });
});
