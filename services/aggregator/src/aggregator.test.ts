import { Acknowledgement, boundAddress, deadAddress, intakeAddress, verbAddress } from '@edict/contracts';
import { connectEdge, type EdgeConnection } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { createLogger, openServiceContext, type ServiceContext } from '@edict/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aggregator, startAggregator } from './aggregator.ts';

let nats: TestNats;
let caller: EdgeConnection;
let context: ServiceContext;
let aggregator: Aggregator;

beforeAll(async () => {
  nats = await startTestNats({ own: true });
  caller = await connectEdge({ url: nats.url, name: 'caller' });
  context = await openServiceContext({
    connection: { url: nats.url, name: 'aggregator' },
    services: ['aggregator'],
    provision: { partitions: 1 },
    log: createLogger({ level: 'error', format: 'json' }),
  });
  aggregator = await startAggregator(context);
  await context.edge.nc.flush();
});
afterAll(async () => {
  await aggregator.stop();
  await context.close();
  await caller.close();
  await nats.stop();
});

const LONG = 'x'.repeat(600_000);
const START = { participants: ['r'], mode_version: '1.0.0', configuration_version: 'c', ttl_ms: 600_000 };

let numbers = 0;
const freshSession = (): string => `session-${String(++numbers).padStart(20, '0')}`;
const envelope = (message_type: string, session_id: string, payload: unknown, sender = 'r') => ({
  macp_version: '1.0',
  mode: 'macp.mode.decision.v1',
  message_type,
  message_id: `m-${++numbers}`,
  session_id,
  sender,
  payload,
});

const ask = (body: unknown, address = verbAddress('signal', 'w'), facts: Record<string, string> = {}) =>
  new Promise<Acknowledgement>((resolve, reject) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    caller.requester.sendBundled(address, payload, { timeoutMs: 5_000, headers: facts }, (fault, data) => {
      if (data === undefined) reject(fault);
      else resolve(Acknowledgement.parse(JSON.parse(new TextDecoder().decode(data))));
    });
  });

const opened = async (): Promise<string> => {
  const session = freshSession();
  expect(await ask(envelope('SessionStart', session, START))).toMatchObject({ ok: true });
  const proposal = { proposal_id: 'p', option: 'o' };
  expect(await ask(envelope('Proposal', session, proposal))).toMatchObject({ ok: true });
  return session;
};

describe('a signal that is refused', () => {
  const filled = (): string => {
    const body = envelope('SessionStart', '', START);
    return JSON.stringify({ ...body, session_id: 's'.repeat(1024 * 1024 - JSON.stringify(body).length) });
  };

  it.each([
    ['a key of a vote', (session: string) => envelope('Vote', session, { proposal_id: 'p', [LONG]: 1 })],
    ['a key of a start', () => envelope('SessionStart', freshSession(), { ...START, [LONG]: 1 })],
    ['a key of the envelope', (session: string) => ({ ...envelope('Vote', session, {}), [LONG]: 1 })],
    ['an id that fills the message', filled],
    [
      'a name of a participant',
      () => envelope('SessionStart', freshSession(), { ...START, participants: [LONG] }),
    ],
  ])('because %s is far too long leaves all sessions of its partition as they are', async (_what, body) => {
    const session = await opened();
    const ack = await ask(body(session));
    expect(ack).toMatchObject({ ok: false, error: { retriable: false } });
    expect(JSON.stringify(ack).length).toBeLessThan(2_000);
    expect(await ask(envelope('Vote', session, { proposal_id: 'p', vote: 'APPROVE' }))).toMatchObject({
      ok: true,
    });
    await opened();
  });

  it.each([
    ['an address whose workspace is not encoded', 'edict.v1.signal.=zz', {}],
    ['an address whose identity is not encoded', 'edict.v1.as.=zz.signal.w', {}],
    ['a timeout that is no number', 'edict.v1.signal.w', { 'Edict-Timeout-Ms': 'soon' }],
  ])('for %s is acknowledged like any other', async (_what, address, facts) => {
    const ack = await ask(envelope('SessionStart', freshSession(), START), address, facts);
    expect(ack).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', retriable: false } });
  });

  it('on the address of an agent is refused in few words as well', async () => {
    const address = boundAddress('zz', 'signal', 'w');
    const ack = await ask(envelope('SessionStart', freshSession(), { ...START, [LONG]: 1 }, 'zz'), address);
    expect(ack).toMatchObject({ ok: false, error: { code: 'INVALID_ENVELOPE' } });
  });

  it('when nobody waits lies in dead letters, and the intake goes on', async () => {
    const session = await opened();
    const buried = new Promise<string>((resolve) => {
      const callback = (_: unknown, letter: { headers?: { get(name: string): string } }): void =>
        resolve(letter.headers?.get('Edict-Dead-Reason') ?? '');
      caller.nc.subscribe(deadAddress('w', 'aggregator'), { callback, max: 1 });
    });
    await caller.nc.flush();
    const vote = envelope('Vote', session, { [LONG]: 1 });
    await caller.nc.request(intakeAddress('signal', 'w'), JSON.stringify(vote));
    expect(await buried).toContain('INVALID_ENVELOPE');
    await opened();
  });
});
