import { decodeToken } from '@edict/contracts';
import { systemClock } from '@edict/journal';
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
beforeAll(async () => {
  nats = await startTestNats();
  edge = await connectEdge({ url: nats.url, name: 'relay' });
  owner = await connectEdge({ url: nats.url, name: 'owner' });
  store = await connectStore({ url: nats.url, name: 'owner' });
  await provision(store);
});
afterAll(async () => {
  await Promise.all([edge.close(), owner.close(), store.close()]);
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
      (reply) => resolve(`relayed ${reply.string()}`),
      (mayBeThere) => resolve(mayBeThere ? 'alone, and perhaps there' : 'alone'),
    );
  });

const serveAs = async (incarnation: string, answer: boolean) => {
  const seen = new Map<string, string | undefined>();
  const arrived = Promise.withResolvers<void>();
  serve(
    owner,
    { subject: `edict.v1.member.${incarnation}.*.*`, consumer: 'enforcer', bury: deadLetters(store) },
    (got) => {
      for (const name of Object.values(RELAY_HEADERS)) seen.set(name, got.header(name));
      seen.set('address', got.address);
      if (answer) got.reply(`got ${new TextDecoder().decode(got.data)}`);
      arrived.resolve();
    },
  );
  await owner.nc.flush();
  return { seen, arrived: arrived.promise };
};

describe('a relayed request', () => {
  it('brings the reply of its owner back, with identity, id and remaining time in headers', async () => {
    const { seen } = await serveAs('owner-1', true);
    const sent = request({ as: 'агент 7', messageId: 'm-1' });
    expect(await forward(declaredMembers('owner-1'), 'owner-1', sent)).toBe('relayed got body');
    expect(seen.get('address')).toBe('edict.v1.member.owner-1.decide.a=20b');
    expect(decodeToken(seen.get(RELAY_HEADERS.as) ?? '')).toBe('агент 7');
    expect(seen.get(RELAY_HEADERS.id)).toBe('m-1');
    expect(Number(seen.get(RELAY_HEADERS.timeout))).toBeLessThanOrEqual(2_000);
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
