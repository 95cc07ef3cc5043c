import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, connectStore, type EdgeConnection, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { BUNDLE_BYTES, BUNDLE_HEADER, BUNDLE_PARTS } from './bundle.ts';
import { deadLetters } from './dead-letters.ts';
import { type EdgeRequest, type RequestHandler, serve } from './serve.ts';

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
const served = async (handler: RequestHandler): Promise<string> => {
  const subject = `edict.v1.decide.bundles${subjects++}`;
  serve(edge, { subject, consumer: 'tester', bury: deadLetters(store) }, handler);
  await edge.nc.flush();
  return subject;
};

const textOf = ({ data }: EdgeRequest): string => new TextDecoder().decode(data);

const ask = (subject: string, payload: string, timeoutMs = 5_000): Promise<string> =>
  new Promise((resolve, reject) => {
    client.requester.sendBundled(subject, payload, { timeoutMs }, (fault, data) => {
      if (data === undefined) reject(fault);
      else resolve(new TextDecoder().decode(data));
    });
  });

/** Counts the messages on a subject, as somebody beside the two sees them. */
const counting = async (subject: string) => {
  const seen: { headers: string | undefined; reply: string | undefined }[] = [];
  plain.subscribe(subject, {
    callback: (_, message) => {
      seen.push({ headers: message.headers?.get(BUNDLE_HEADER), reply: message.reply });
    },
  });
  await plain.flush();
  return async () => {
    // What went to others has come here as well by the time that the broker answers.
    await plain.flush();
    return seen;
  };
};

describe('requests of one turn', () => {
  it('travel in one message, are handled one by one, and each gets its own reply', async () => {
    const handled: string[] = [];
    const subject = await served((request) => {
      handled.push(textOf(request));
      request.reply(`to ${textOf(request)}`);
    });
    const seen = await counting(subject);
    const asked = ['one', 'zwei', 'три', '', '五'];
    const replies = await Promise.all(asked.map((text) => ask(subject, text)));
    expect(replies).toEqual(asked.map((text) => `to ${text}`));
    expect(handled).toEqual(asked);
    expect((await seen()).map((message) => message.headers)).toEqual(['3,4,6,0,3']);
  });

  it('get replies in any order, apart or together', async () => {
    const kept: EdgeRequest[] = [];
    const subject = await served((request) => {
      kept.push(request);
      if (kept.length < 4) return;
      kept[3]?.reply('4');
      kept[1]?.reply('2');
      setImmediate(() => {
        kept[0]?.reply('1');
        kept[2]?.reply('3', { 'Edict-Note': 'the body says it too' });
      });
    });
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((text) => ask(subject, text)))).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  it('go to their own subjects', async () => {
    const first = await served((request) => request.reply(`first ${textOf(request)}`));
    const second = await served((request) => request.reply(`second ${textOf(request)}`));
    const replies = await Promise.all([ask(first, 'a'), ask(second, 'b'), ask(second, 'c'), ask(first, 'd')]);
    expect(replies).toEqual(['first a', 'second b', 'second c', 'first d']);
  });

  it('stay below what a message may hold', async () => {
    const subject = await served((request) => request.reply(String(request.data.byteLength)));
    const large = 'x'.repeat(BUNDLE_BYTES - 10);
    const replies = await Promise.all([ask(subject, 'small'), ask(subject, large), ask(subject, large)]);
    expect(replies).toEqual(['5', String(large.length), String(large.length)]);
  });

  it('go alone without a header, so that any service understands them', async () => {
    const subject = await served((request) => request.reply('yes'));
    const seen = await counting(subject);
    expect(await ask(subject, 'x')).toBe('yes');
    expect((await seen()).map((message) => message.headers)).toEqual([undefined]);
  });

  it('whose handler throws fail alone', async () => {
    const subject = await served((request) => {
      if (textOf(request) === 'bad') throw new Error('on purpose');
      request.reply('good');
    });
    const replies = await Promise.all([ask(subject, 'ok'), ask(subject, 'bad'), ask(subject, 'ok')]);
    expect([replies[0], replies[2]]).toEqual(['good', 'good']);
    expect(JSON.parse(replies[1] ?? '')).toMatchObject({
      decision: false,
      error: { code: 'INTERNAL_ERROR' },
    });
  });

  it('fail each with NO_RESPONDERS where nobody listens', async () => {
    const results = await Promise.allSettled([
      ask('edict.v1.decide.nobody', 'a'),
      ask('edict.v1.decide.nobody', 'b'),
    ]);
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual([
      'NO_RESPONDERS',
      'NO_RESPONDERS',
    ]);
    expect(client.requester.pending()).toBe(0);
  });

  it('fail each with TIMEOUT by their own deadlines', async () => {
    const subject = await served((request) => {
      if (textOf(request) === 'answered') request.reply('yes');
    });
    const results = await Promise.allSettled([ask(subject, 'not', 50), ask(subject, 'answered')]);
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } });
    expect(results[1]).toMatchObject({ status: 'fulfilled', value: 'yes' });
  });
});

describe('a message that is not the bundle that it says', () => {
  const bundle = async (subject: string, sizes: string, payload: string, numbers = '1-2') => {
    const reply = `_INBOX.stranger.edict.${numbers}`;
    const answer = new Promise<string>((resolve) => {
      plain.subscribe(reply, { max: 1, callback: (_, message) => resolve(message.string()) });
    });
    const block = headers();
    block.set(BUNDLE_HEADER, sizes);
    plain.publish(subject, payload, { reply, headers: block });
    return JSON.parse(await answer);
  };

  it.each([
    ['3,3', 'too short'.slice(0, 5), '1-2'],
    ['3,3', 'longer than it says', '1-2'],
    ['3,x', 'abcdef', '1-2'],
    ['3,-3', 'abc', '1-2'],
    ['1e9,3', 'abcdef', '1-2'],
    ['3,3', 'abcdef', '1-3'],
    ['3,3', 'abcdef', '2-1'],
    [
      Array(BUNDLE_PARTS + 1)
        .fill(0)
        .join(),
      '',
      `1-${BUNDLE_PARTS + 1}`,
    ],
  ])('(%.10s of %s for %s) is refused whole, naming the header', async (sizes, payload, numbers) => {
    const handled: string[] = [];
    const subject = await served((request) => void handled.push(textOf(request)));
    expect(await bundle(subject, sizes, payload, numbers)).toMatchObject({
      decision: false,
      error: { code: 'BAD_REQUEST', message: expect.stringContaining(BUNDLE_HEADER) },
    });
    expect(handled).toEqual([]);
  });

  it('never stops the service, whatever the header holds', async () => {
    const subject = await served((request) => request.reply('fine'));
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), async (sizes, payload) => {
        const block = headers();
        block.set(BUNDLE_HEADER, sizes.replaceAll(/[\r\n]/g, ' '));
        plain.publish(subject, payload, { reply: '_INBOX.stranger.edict.1-3', headers: block });
        expect(await ask(subject, 'x')).toBe('fine');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a merged reply that is not what it says', () => {
  it('settles nothing: its requests time out and may be asked again', async () => {
    const subject = await served((request) => request.reply('yes'));
    const seen = await counting(subject);
    await ask(subject, 'x');
    const inbox = (await seen())[0]?.reply?.replace(/\d+$/, '') ?? '';
    const silent = await served(() => {});
    const waiting = ask(silent, 'x', 300);
    const block = headers();
    block.set(BUNDLE_HEADER, '0:5,1:7');
    plain.publish(`${inbox}m`, 'too few', { headers: block });
    await expect(waiting).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
