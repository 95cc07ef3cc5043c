import { connectEdge, type EdgeConnection, startNatsServer } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectEdict } from './connect-edict.ts';
import type { Edict } from './edict.ts';

let nats: TestNats;
let worker: EdgeConnection;
let edict: Edict | undefined;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  worker = await connectEdge({ url: nats.url, name: 'worker' });
});
afterAll(async () => {
  await worker.close();
  await nats.stop();
});
afterEach(async () => {
  await edict?.close();
  edict = undefined;
});

const request = {
  request_id: 'r-1',
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'mail.send' },
};

/** A worker that answers every request on an address in the same way, and keeps what it was asked. */
const answer = async (address: string, reply: string | undefined) => {
  const asked: { readonly text: string; readonly replyTo: string; readonly timeout: string }[] = [];
  const subscription = worker.nc.subscribe(address, {
    callback: (_, message) => {
      const timeout = message.headers?.get('Edict-Timeout-Ms') ?? '';
      asked.push({ text: message.string(), replyTo: message.reply ?? '', timeout });
      if (reply !== undefined) message.respond(reply);
    },
  });
  await worker.nc.flush();
  return { asked, stop: () => subscription.unsubscribe() };
};

describe('connectEdict', () => {
  it('passes a verdict on from whoever serves the address', async () => {
    const served = await answer(
      'edict.v1.decide.team=2Ea',
      '{"request_id":"r-1","decision":true,"effect":"allow"}',
    );
    edict = await connectEdict({ url: nats.url, workspace: 'team.a' });
    expect(await edict.decide(request, { timeoutMs: 900 })).toMatchObject({
      decision: true,
      effect: 'allow',
    });
    expect(served.asked).toEqual([
      { text: JSON.stringify(request), replyTo: expect.stringMatching(/^_INBOX\./), timeout: '900' },
    ]);
    served.stop();
  });

  it('asks under its own identity, with an inbox of its own', async () => {
    const served = await answer(
      'edict.v1.as.bot=2E1.decide.default',
      '{"request_id":"r-1","decision":false,"effect":"deny"}',
    );
    edict = await connectEdict({ url: nats.url, as: 'bot.1' });
    expect(await edict.decide(request)).toMatchObject({ decision: false, effect: 'deny' });
    expect(served.asked[0]?.replyTo).toMatch(/^_INBOX\.bot=2E1\./);
    served.stop();
  });

  it('denies at once when no service listens', async () => {
    edict = await connectEdict({ url: nats.url, workspace: 'nobody' });
    expect(await edict.decide(request, { timeoutMs: 60_000 })).toMatchObject({
      decision: false,
      error: { code: 'UNAVAILABLE', retriable: true },
    });
  });

  it('denies when the answer does not come in time', async () => {
    const served = await answer('edict.v1.decide.silent', undefined);
    edict = await connectEdict({ url: nats.url, workspace: 'silent' });
    expect(await edict.decide(request, { timeoutMs: 50 })).toMatchObject({
      decision: false,
      error: { code: 'UNAVAILABLE', retriable: true },
    });
    served.stop();
  });

  it('says so when there is no NATS to connect to', async () => {
    await expect(connectEdict({ url: 'nats://127.0.0.1:9', connectTimeoutMs: 500 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('denies while NATS is gone, and asks again by itself once it is back', async () => {
    const own = await startTestNats({ own: true });
    const { storeDir, server } = own;
    if (server === undefined || storeDir === undefined) throw new Error('the server is not ours');
    edict = await connectEdict({ url: own.url });
    await own.kill();
    const gone = await edict.decide(request, { timeoutMs: 200 });
    expect(gone).toMatchObject({ decision: false, error: { code: 'UNAVAILABLE' } });

    const again = await startNatsServer({ storeDir, port: server.port, sync: '2m' });
    const backThere = await connectEdge({ url: own.url, name: 'worker' });
    backThere.nc.subscribe('edict.v1.decide.default', {
      callback: (_, message) => {
        message.respond('{"request_id":"r-1","decision":true,"effect":"allow"}');
      },
    });
    await backThere.nc.flush();
    await expect.poll(async () => (await edict?.decide(request))?.decision, { timeout: 10_000 }).toBe(true);
    await backThere.close();
    await again.stop();
    await own.stop();
  });
});
