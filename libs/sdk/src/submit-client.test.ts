import { Fault } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createEdict, type EdictSettings } from './edict.ts';
import type { Done, RequestOptions } from './transport.ts';

/** A client whose messages the broker acknowledges in one way, and what it sent. */
const storing = (answer: (done: Done) => void, settings: EdictSettings = { workspace: 'team a' }) => {
  const sent: { readonly address: string; readonly message: unknown; readonly options: RequestOptions }[] =
    [];
  const edict = createEdict(
    {
      request: (address, payload, options, done) => {
        sent.push({ address, message: JSON.parse(payload), options });
        answer(done);
      },
      subscribe: () => () => undefined,
      close: async () => {},
    },
    settings,
  );
  return { edict, sent };
};
const replying = (reply: object, settings?: EdictSettings) =>
  storing((done) => done(undefined, new TextEncoder().encode(JSON.stringify(reply))), settings);

const request = {
  request_id: 'r-7',
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'mail.send' },
};
const STORED = { stream: 'EDICT_INTAKE', seq: 12 };

describe('a request that is submitted', () => {
  it('is stored under its id, in a message of its own', async () => {
    const { edict, sent } = replying(STORED);
    expect(await edict.submit.decide(request, { timeoutMs: 900 })).toEqual({
      request_id: 'r-7',
      sequence: 12,
    });
    expect(sent).toEqual([
      {
        address: 'edict.v1.intake.team=20a.decide',
        message: request,
        options: { timeoutMs: 900, alone: true },
      },
    ]);
  });

  it('is given an id when it has none, so that the feed can be asked for it', async () => {
    const { edict, sent } = replying(STORED);
    const { request_id: _, ...unnamed } = request;
    const stored = await edict.submit.decide(unnamed);
    expect(stored).toMatchObject({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), sequence: 12 });
    expect(sent[0]?.message).toMatchObject({ request_id: 'request_id' in stored ? stored.request_id : '' });
  });

  it.each([
    ['a full intake', { error: { code: 503, err_code: 10077, description: 'full' } }, 'OVERLOADED', true],
    ['one too large', { error: { code: 400, err_code: 10054, description: 'large' } }, 'BAD_REQUEST', false],
    ['a broker without room', { error: { code: 503, err_code: 10047 } }, 'UNAVAILABLE', true],
    ['another stream', { stream: 'OTHER', seq: 12 }, 'UNAVAILABLE', true],
    ['whoever answers in its place', { decision: true }, 'UNAVAILABLE', true],
  ])('is not stored by %s', async (_, reply, code, retriable) => {
    expect(await replying(reply).edict.submit.decide(request)).toMatchObject({ error: { code, retriable } });
  });

  it('is not stored when nobody acknowledges', async () => {
    const { edict } = storing((done) =>
      done(new Fault('NO_RESPONDERS', 'nobody listens', { retriable: true }), undefined),
    );
    expect(await edict.submit.decide(request)).toMatchObject({
      error: { code: 'UNAVAILABLE', retriable: true },
    });
  });

  it('is not sent by an agent of its own credentials: the intake binds no identity', async () => {
    const { edict, sent } = replying(STORED, { workspace: 'default', as: 'analyst' });
    expect(await edict.submit.decide(request)).toMatchObject({
      error: { code: 'FORBIDDEN', retriable: false },
    });
    expect(sent).toEqual([]);
  });

  it('is not sent when it has no JSON form', async () => {
    const { edict, sent } = replying(STORED);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(await edict.submit.decide({ ...request, context: circular })).toMatchObject({
      error: { code: 'BAD_REQUEST' },
    });
    expect(sent).toEqual([]);
  });
});

describe('a signal that is submitted', () => {
  it('is known by its message id', async () => {
    const { edict, sent } = replying(STORED);
    const envelope = {
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type: 'Vote',
      message_id: 'm-1',
      session_id: 's-1',
      sender: 'ada',
      payload: {},
    };
    expect(await edict.submit.signal(envelope)).toEqual({ request_id: 'm-1', sequence: 12 });
    expect(sent[0]).toMatchObject({ address: 'edict.v1.intake.team=20a.signal', message: envelope });
  });
});
