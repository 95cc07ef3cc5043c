import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, connectStore, type EdgeConnection, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { cuttableLink, startTestNats, type TestNats } from '../testing/index.ts';
import { deadLetters } from './dead-letters.ts';
import { type EdgeRequest, serve } from './serve.ts';

let nats: TestNats;
let edge: EdgeConnection;
let store: StoreConnection;
let client: EdgeConnection;
let plain: NatsConnection;

beforeAll(async () => {
  nats = await startTestNats();
  edge = await connectEdge({ url: nats.url, name: 'service' });
  store = await connectStore({ url: nats.url, name: 'service' });
  client = await connectEdge({ url: nats.url, name: 'caller' });
  plain = await connect({ servers: nats.url });
  await provision(store, {});
});

afterAll(async () => {
  await Promise.all([edge.close(), store.close(), client.close(), plain.close()]);
  await nats.stop();
});

let subjects = 0;
const freshSubject = () => `edict.v1.decide.ws${subjects++}`;

const serving = (
  subject: string,
  handler: (request: EdgeRequest) => void | Promise<void>,
  faults: unknown[] = [],
) =>
  serve(
    edge,
    { subject, consumer: 'tester', bury: deadLetters(store), onFault: (fault) => faults.push(fault) },
    handler,
  );

const lastDeadLetter = async (ws: string) => {
  const subject = `edict.v1.dead.${ws}.tester`;
  for (let i = 0; i < 200; i++) {
    const reply = await plain.request(
      '$JS.API.STREAM.MSG.GET.EDICT_DEAD',
      JSON.stringify({ last_by_subj: subject }),
    );
    const { message } = reply.json<{ message?: { data: string; hdrs: string } }>();
    if (message !== undefined) return { data: atob(message.data), headers: atob(message.hdrs) };
  }
  throw new Error(`no dead letter on ${subject}`);
};

describe('a request', () => {
  it('reaches the handler with its address, bytes and headers, and brings the reply back', async () => {
    const subject = freshSubject();
    serving(subject, (request) => {
      request.reply(`${request.address} ${new TextDecoder().decode(request.data)}`, {
        'Edict-Note': 'two\r\nlines',
      });
    });
    await edge.nc.flush();
    const reply = await client.requester.request(subject, 'hello');
    expect(reply.string()).toBe(`${subject} hello`);
    expect(reply.headers?.get('Edict-Note')).toBe('two lines');
  });

  it('fails at once with NO_RESPONDERS where nobody listens', async () => {
    await expect(client.requester.request(freshSubject(), 'x')).rejects.toMatchObject({
      code: 'NO_RESPONDERS',
      retriable: true,
    });
  });

  it('fails with TIMEOUT when the reply does not come in time, and a late reply goes nowhere', async () => {
    const subject = freshSubject();
    let late: EdgeRequest | undefined;
    serving(subject, (request) => {
      late = request;
    });
    await edge.nc.flush();
    await expect(client.requester.request(subject, 'x', { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    late?.reply('too late');
    await edge.nc.flush();
    await client.nc.flush();
    expect(client.requester.pending()).toBe(0);
  });

  it('that is too large for the server is refused by name and leaves nothing pending', async () => {
    const large = new Uint8Array((client.nc.info?.max_payload ?? 0) + 1);
    await expect(client.requester.request(freshSubject(), large)).rejects.toMatchObject({
      code: 'UNSENDABLE',
    });
    expect(client.requester.pending()).toBe(0);
  });

  it('gets its own reply among thousands in flight', async () => {
    const subject = freshSubject();
    serving(subject, (request) => request.reply(request.data));
    await edge.nc.flush();
    const replies = await Promise.all(
      Array.from({ length: 2_000 }, (_, i) => client.requester.request(subject, String(i))),
    );
    expect(replies.map((reply) => reply.string())).toEqual(
      Array.from({ length: 2_000 }, (_, i) => String(i)),
    );
  });
});

describe('a handler that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('because it %s is answered with a denying INTERNAL_ERROR', async (_, handler) => {
    const faults: unknown[] = [];
    const subject = freshSubject();
    serving(subject, handler, faults);
    await edge.nc.flush();
    const reply = await client.requester.request(subject, 'x');
    expect(reply.json()).toMatchObject({
      decision: false,
      error: { code: 'INTERNAL_ERROR', retriable: true },
    });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('500');
    expect(faults).toHaveLength(1);
  });
});

describe('a handler that fails after it has answered', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('because it %s has answered once', async (_, fail) => {
    const subject = freshSubject();
    const failed = Promise.withResolvers<unknown>();
    const handler = (request: EdgeRequest) => {
      request.reply('the answer');
      return fail();
    };
    const onFault = failed.resolve;
    serve(edge, { subject, consumer: 'tester', bury: deadLetters(store), onFault }, handler);
    const replies: string[] = [];
    const reply = `_INBOX.once.${subject}`;
    plain.subscribe(reply, { callback: (_, message) => void replies.push(message.string()) });
    await Promise.all([edge.nc.flush(), plain.flush()]);
    plain.publish(subject, 'x', { reply });
    await failed.promise;
    await edge.nc.flush();
    await plain.flush();
    expect(replies).toEqual(['the answer']);
  });
});

describe('the rule for reply addresses', () => {
  it.each([
    ['a journal', 'edict.v1.journal.verdicts.0'],
    ['an API of the broker', '$JS.API.STREAM.PURGE.EDICT_SESSIONS'],
    ['an inbox in name only', '_INBOXES.x'],
  ])('sends a request that asks to be answered at %s to dead letters, unhandled', async (_, reply) => {
    const handled: EdgeRequest[] = [];
    const subject = freshSubject();
    serving(subject, (request) => void handled.push(request));
    await edge.nc.flush();
    plain.publish(subject, 'do it', { reply });
    const letter = await lastDeadLetter(subject.slice('edict.v1.decide.'.length));
    expect(letter.data).toBe('do it');
    expect(letter.headers).toContain('must begin with _INBOX.');
    expect(letter.headers).toContain(reply);
    expect(handled).toEqual([]);
  });

  it('sends one without a reply address there too', async () => {
    const handled: EdgeRequest[] = [];
    const subject = freshSubject();
    serving(subject, (request) => void handled.push(request));
    await edge.nc.flush();
    plain.publish(subject, 'nobody asks');
    const letter = await lastDeadLetter(subject.slice('edict.v1.decide.'.length));
    expect(letter.headers).toContain('no reply address');
    expect(handled).toEqual([]);
  });
});

describe('a connection that is lost', () => {
  it('fails what waits for a reply, refuses what comes meanwhile, and works again afterwards', async () => {
    const link = await cuttableLink(nats.url);
    const caller = await connectEdge({ url: link.url, name: 'cut' });
    const subject = freshSubject();
    let answer = false;
    serving(subject, (request) => (answer ? request.reply('back') : undefined));
    await edge.nc.flush();
    const waiting = caller.requester.request(subject, 'x', { timeoutMs: 10_000 });
    waiting.catch(() => {});
    await caller.nc.flush();
    const changed = new Promise<boolean>((resolve) => caller.onChange(resolve));
    link.cut();
    await expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED', retriable: true });
    expect(await changed).toBe(false);
    await expect(caller.requester.request(subject, 'x')).rejects.toMatchObject({ code: 'DISCONNECTED' });
    const returned = new Promise<boolean>((resolve) => caller.onChange(resolve));
    link.mend();
    expect(await returned).toBe(true);
    answer = true;
    expect((await caller.requester.request(subject, 'x')).string()).toBe('back');
    await caller.close();
    await link.close();
  });
});
