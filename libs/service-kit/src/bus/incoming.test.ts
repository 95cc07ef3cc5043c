import { BOUNDS } from '@edict/contracts';
import type { EdgeRequest } from '@edict/nats';
import { describe, expect, it } from 'vitest';
import { type Incoming, readIncoming } from './incoming.ts';

const PUBLIC = 'edict.v1.decide.team';
const BOUND = 'edict.v1.as.analyst.decide.team';
const PRIVATE = 'edict.v1.member.m-1.decide.team';

const read = (address: string, headers: Readonly<Record<string, string>> = {}): Partial<Incoming> => {
  const request: EdgeRequest = {
    address,
    data: Buffer.from('{}'),
    bundled: false,
    header: (name) => headers[name],
    reply: () => {},
  };
  const clock = { now: () => 0, monotonic: () => 1_000, after: () => () => {} };
  const read = readIncoming(request, { clock, freshId: () => 'fresh' });
  return read.ok ? read.value : {};
};

const RELAYED = {
  'Edict-Relayed': '1',
  'Edict-As': 'a=20b',
  'Nats-Msg-Id': 'r=2E1',
  'Edict-Timeout-Ms': '70',
};

describe('what the bus says about a request', () => {
  it('is its address: the workspace, and the identity that it binds', () => {
    expect(read(PUBLIC)).toMatchObject({ verb: 'decide', ws: 'team', as: undefined, relayed: false });
    expect(read(BOUND)).toMatchObject({ ws: 'team', as: 'analyst' });
    expect(read(PUBLIC).deadline).toBe(1_000 + BOUNDS.requestTimeoutMs);
  });

  it('says how long whoever asked waits, up to what is allowed', () => {
    const most = BOUNDS.requestTimeoutMaxMs;
    expect(read(PUBLIC, { 'Edict-Timeout-Ms': `${most}` }).deadline).toBe(1_000 + most);
    expect(read(PUBLIC, { 'Edict-Timeout-Ms': `${most + 1}` })).toEqual({});
  });

  it('is, when another member has relayed it, what that member writes', () => {
    expect(read(PRIVATE, RELAYED)).toMatchObject({
      ws: 'team',
      as: 'a b',
      messageId: 'r.1',
      relayed: true,
      deadline: 1_070,
    });
  });

  it('from a caller that asks a member directly is the same as at the public address', () => {
    const { 'Edict-Relayed': _, ...own } = RELAYED;
    expect(read(PRIVATE, own)).toEqual(read(PUBLIC, own));
    expect(read(PRIVATE, own)).toMatchObject({ relayed: false, as: undefined, messageId: 'r=2E1' });
  });

  it('is no relay, whatever a stranger writes', () => {
    expect(read(PUBLIC, RELAYED)).toMatchObject({ relayed: false, as: undefined });
    expect(read(BOUND, RELAYED)).toMatchObject({ relayed: false, as: 'analyst' });
  });

  it.each([PUBLIC, BOUND, PRIVATE])('may be that another member has a copy: %s', (address) => {
    expect(read(address).again).toBe(false);
    expect(read(address, { 'Edict-Again': '1' }).again).toBe(true);
  });
});
