import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, connectStore, type EdgeConnection, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { deadLetters } from './dead-letters.ts';
import { ownersText } from './owners-header.ts';
import { type RequestHandler, type Served, serve } from './serve.ts';

/** A caller that may ask at the ordinary addresses only, beside one that may do everything. */
const configuration = `
authorization {
  users: [
    { user: all, password: all },
    { user: narrow, password: narrow, permissions: { publish: "edict.v1.decide.>", subscribe: "_INBOX.>" } }
  ]
}
`;

let nats: TestNats;
let service: EdgeConnection;
let store: StoreConnection;
const callers: EdgeConnection[] = [];

const urlOf = (user: string): string => nats.url.replace('//', `//${user}:${user}@`);
const connectAs = async (user: string): Promise<EdgeConnection> => {
  const caller = await connectEdge({ url: urlOf(user), name: user });
  callers.push(caller);
  return caller;
};

beforeAll(async () => {
  nats = await startTestNats({ own: true, configuration });
  service = await connectEdge({ url: urlOf('all'), name: 'service' });
  store = await connectStore({ url: urlOf('all'), name: 'service' });
  await provision(store);
});
afterAll(async () => {
  await Promise.all([...callers, service, store].map(({ close }) => close()));
  await nats.stop();
});

const listen = async (subject: string, handler: RequestHandler): Promise<Served> => {
  const served = serve(service, { subject, consumer: 'enforcer', bury: deadLetters(store) }, handler);
  await service.nc.flush();
  return served;
};

let scenes = 0;
/** One owner of everything, and the public address, where each answer names it; each says where it was asked. */
const scene = async ({ user = 'all' } = {}) => {
  const ws = `w${scenes++}`;
  const owner = `owner-${ws}`;
  const owners = ownersText({ kind: 'verdicts', members: [owner, owner] });
  const timeouts: string[] = [];
  await listen(`edict.v1.decide.${ws}`, (request) => {
    const timeout = request.header('Edict-Timeout-Ms');
    if (timeout !== undefined) timeouts.push(timeout);
    const again = request.header('Edict-Again') === undefined ? '' : ', again';
    request.reply(`public${again}`, undefined, owners);
  });
  let silent = false;
  const direct = await listen(`edict.v1.member.${owner}.*.*`, (request) => {
    if (!silent) request.reply('direct');
  });
  const fallSilent = (): void => {
    silent = true;
  };
  const caller = await connectAs(user);
  const ask = (key: string | undefined = 'k'): Promise<string> =>
    new Promise((resolve, reject) => {
      const about = key === undefined ? undefined : ({ kind: 'verdicts', key } as const);
      const options = { timeoutMs: 5_000, about };
      caller.requester.sendBundled(`edict.v1.decide.${ws}`, 'q', options, (fault, data) =>
        data === undefined ? reject(fault) : resolve(new TextDecoder().decode(data)),
      );
    });
  return { ask, direct, fallSilent, timeouts, caller, ws };
};

describe('who is told by a reply who owns what it asks about', () => {
  it('asks the owner from then on', async () => {
    const { ask } = await scene();
    expect(await ask()).toBe('public');
    expect(await ask()).toBe('direct');
    expect(await Promise.all([ask('a'), ask('b'), ask('c')])).toEqual(['direct', 'direct', 'direct']);
  });

  it('still asks about anything else as before', async () => {
    const { ask, caller, ws } = await scene();
    await ask();
    const plain = await caller.requester.request(`edict.v1.decide.${ws}`, 'q');
    expect(plain.string()).toBe('public');
    expect(plain.headers).toBeUndefined();
  });

  it('is answered all the same when nobody listens there, and does not believe it again at once', async () => {
    const { ask, direct } = await scene();
    await ask();
    expect(await ask()).toBe('direct');
    await direct.drain();
    expect(await Promise.all([ask('a'), ask('b')])).toEqual(['public', 'public']);
    expect(await ask()).toBe('public');
  });

  it('asks others again, about all that it waits for, when the owner falls silent', async () => {
    const { ask, fallSilent, timeouts } = await scene();
    await ask();
    expect(await ask()).toBe('direct');
    fallSilent();
    const began = performance.now();
    expect(await Promise.all([ask('a'), ask('b')])).toEqual(['public, again', 'public, again']);
    expect(performance.now() - began).toBeLessThan(5_000);
    // The worker is told what is left of the time, so that it decides nothing when nobody waits any more.
    expect(timeouts.map(Number).every((ms) => ms > 0 && ms <= 4_500)).toBe(true);
    expect(timeouts).toHaveLength(2);
    expect(await ask()).toBe('public');
  });

  it('is answered all the same when its credentials do not reach there, and does not try again', async () => {
    const { ask, caller } = await scene({ user: 'narrow' });
    const refusals: unknown[] = [];
    void (async () => {
      for await (const status of caller.nc.status()) if (status.type === 'error') refusals.push(status);
    })();
    expect(await ask()).toBe('public');
    expect(await ask()).toBe('public');
    expect(await Promise.all([ask('a'), ask('b')])).toEqual(['public', 'public']);
    expect(refusals).toHaveLength(1);
  });
});

describe('a request that the credentials do not let through', () => {
  it('fails at once, with the address', async () => {
    const caller = await connectAs('narrow');
    const fault = {
      code: 'FORBIDDEN',
      message: expect.stringContaining('edict.v1.policy.w'),
      retriable: false,
    };
    await expect(caller.requester.request('edict.v1.policy.w', 'q')).rejects.toMatchObject(fault);
    const bundled = new Promise((_, reject) => {
      caller.requester.sendBundled('edict.v1.policy.w', 'q', { timeoutMs: 5_000 }, reject);
    });
    await expect(bundled).rejects.toMatchObject(fault);
  });
});
