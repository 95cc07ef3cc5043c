import { Fault, principalKey, sessionPartitionKey } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createEdict, type EdictSettings } from './edict.ts';
import type { Done, RequestOptions, Transport } from './transport.ts';

interface Sent {
  readonly address: string;
  readonly message: unknown;
  readonly options: RequestOptions;
}

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A bus that answers every request in one way and keeps what was sent. */
const answering = (answer: (done: Done) => void, settings: EdictSettings = { workspace: 'default' }) => {
  const sent: Sent[] = [];
  const listeners = new Map<string, (data: Uint8Array) => void>();
  const transport: Transport = {
    request: (address, payload, options, done) => {
      sent.push({ address, message: JSON.parse(payload), options });
      answer(done);
    },
    subscribe: (address, onMessage) => {
      listeners.set(address, onMessage);
      return () => listeners.delete(address);
    },
    close: async () => {},
  };
  return { edict: createEdict(transport, settings), sent, listeners };
};

const replying = (value: unknown, settings?: EdictSettings) =>
  answering((done) => done(undefined, bytes(value)), settings);

const request = {
  request_id: 'r-7',
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'mail.send' },
};
/** Who asks, as the worker counts it. */
const ANALYST = {
  kind: 'verdicts',
  key: principalKey({ ws: 'default', type: 'agent', id: 'analyst' }),
} as const;
const allowed = { request_id: 'r-7', decision: true, effect: 'allow', reasons: [] };

describe('decide', () => {
  it('answers with the verdict as it was recorded', async () => {
    const { edict, sent } = replying(allowed);
    expect(await edict.decide(request)).toEqual(allowed);
    expect(sent).toEqual([
      { address: 'edict.v1.decide.default', message: request, options: { timeoutMs: 5000, about: ANALYST } },
    ]);
  });

  it('gives a request without an id one of its own, and believes no answer to another', async () => {
    const { request_id: _, ...nameless } = request;
    const { edict, sent } = replying(allowed);
    const answers = await Promise.all([edict.decide(nameless), edict.decide(nameless)]);
    const ids = sent.map(({ message }) => (message as typeof request).request_id);
    expect(new Set(ids).size).toBe(2);
    expect(sent[0]?.message).toEqual({ ...nameless, request_id: ids[0] });
    expect(answers.map(({ error }) => error?.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });

  it('tells the worker how long it waits when that is not the default', async () => {
    const { edict, sent } = replying(allowed);
    await edict.decide(request, { timeoutMs: 250 });
    expect(sent[0]?.options).toMatchObject({ timeoutMs: 250, headers: { 'Edict-Timeout-Ms': '250' } });
  });

  it('asks on the bound address when it has an identity of its own', async () => {
    const { edict, sent } = replying(allowed, { workspace: 'team one', as: 'a.b' });
    await edict.decide(request);
    expect(sent[0]?.address).toBe('edict.v1.as.a=2Eb.decide.team=20one');
    expect(sent[0]?.options.about).toBeUndefined();
  });

  it.each([
    ['no service answers', new Fault('NO_RESPONDERS', 'nobody serves it'), 'UNAVAILABLE'],
    ['nothing comes back in time', new Fault('TIMEOUT', 'no answer within 5000 ms'), 'UNAVAILABLE'],
  ])('denies when %s', async (_case, fault, code) => {
    const { edict } = answering((done) => done(fault, undefined));
    expect(await edict.decide(request)).toEqual({
      decision: false,
      error: { code, message: fault.message, retriable: true },
    });
  });

  it.each([
    ['is no JSON', '{"decision":true'],
    ['is a list', [allowed]],
    ['has no decision', { effect: 'allow' }],
    ['says yes with a word', { ...allowed, decision: 'true' }],
    ['says yes while its effect is deny', { ...allowed, effect: 'deny' }],
    ['says yes while its effect is escalate', { ...allowed, effect: 'escalate' }],
    ['answers another request', { ...allowed, request_id: 'r-8' }],
  ])('denies when the reply %s', async (_case, reply) => {
    const answer = await replying(reply).edict.decide(request);
    expect(answer.decision).toBe(false);
    expect(answer.error).toMatchObject({ code: 'UNAVAILABLE', retriable: true });
  });

  it('denies when the reply carries an error beside a yes', async () => {
    const error = { code: 'POLICY_STALE', message: 'stale', retriable: true };
    expect(await replying({ ...allowed, error }).edict.decide(request)).toEqual({ decision: false, error });
  });

  it('denies a request that has no JSON form, without sending it', async () => {
    const { edict, sent } = replying(allowed);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const answer = await edict.decide({ ...request, context: circular });
    expect(answer).toMatchObject({ decision: false, error: { code: 'BAD_REQUEST', retriable: false } });
    expect(sent).toEqual([]);
  });
});

describe('the other verbs', () => {
  it('sends policy writes in the form of the contract, leaving out what was not said', async () => {
    const { edict, sent } = replying({ policy_id: 'p', revision: 4 });
    const document = { policy_id: 'p' };
    await edict.policies.save(document, { expectedRevision: 3, reason: 'why' });
    await edict.policies.rollback('p', 2);
    await edict.policies.setEnforcement('p', 'warn', { actor: 'ann' });
    await edict.policies.get('p', { at: '2026-11-21T00:00:00Z' });
    expect(sent.map(({ message }) => message)).toEqual([
      { op: 'save', document, expected_revision: 3, reason: 'why' },
      { op: 'rollback', policy_id: 'p', revision: 2 },
      { op: 'set_enforcement', policy_id: 'p', enforcement: 'warn', actor: 'ann' },
      { op: 'get', policy_id: 'p', at: '2026-11-21T00:00:00Z' },
    ]);
  });

  it('resolves with the error of a refusal', async () => {
    const error = { code: 'REVISION_CONFLICT', message: 'is at 4', retriable: false, current_revision: 4 };
    expect(await replying({ error }).edict.policies.delete('p')).toEqual({ error });
  });

  it('acknowledges nothing when no answer to a signal arrives', async () => {
    const { edict } = answering((done) => done(new Fault('TIMEOUT', 'late'), undefined));
    const envelope = {
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type: 'Vote',
      message_id: 'm-1',
      session_id: 's-1',
      sender: 'a',
      payload: {},
    };
    expect(await edict.signal(envelope)).toMatchObject({
      ok: false,
      message_id: 'm-1',
      session_id: 's-1',
      error: { code: 'UNAVAILABLE', retriable: true },
    });
  });

  it('says what an outcome and a signal are about, so that their owners can be asked', async () => {
    const { edict, sent } = replying({});
    await edict.outcome({ request_id: 'r-7', subject: request.subject, outcome: 'success' });
    await edict.signal({
      macp_version: '1.0',
      mode: 'm',
      message_type: 'Vote',
      message_id: 'm-1',
      session_id: 's-1',
      sender: 'analyst',
      payload: {},
    });
    await edict.policies.save({ policy_id: 'p' });
    expect(sent.map(({ options }) => options.about)).toEqual([
      ANALYST,
      { kind: 'sessions', key: sessionPartitionKey('default', 's-1') },
      undefined,
    ]);
  });

  it('resolves an outcome with an error when its reply is garbage', async () => {
    const { edict } = replying('no json');
    const report = { request_id: 'r-7', subject: request.subject, outcome: 'success' as const };
    expect((await edict.outcome(report)).error?.code).toBe('UNAVAILABLE');
  });
});

describe('a message that is no message', () => {
  const REFUSED = { error: { code: 'BAD_REQUEST', retriable: false } };

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a text', 'decide'],
    ['a list', []],
  ])('is answered BAD_REQUEST by every verb, and not sent: %s', async (_what, message) => {
    const { edict, sent } = replying(allowed);
    const anything = message as never;
    const answers = await Promise.all([
      edict.decide(anything),
      edict.outcome(anything),
      edict.signal(anything),
      edict.policy(anything),
      edict.submit.decide(anything),
      edict.submit.signal(anything),
    ]);
    for (const answer of answers) expect(answer).toMatchObject(REFUSED);
    expect(answers[0]).toMatchObject({ decision: false });
    expect(answers[2]).toMatchObject({ ok: false, message_id: '', session_id: '' });
    expect(sent).toEqual([]);
  });

  it('may come with options that are none', async () => {
    const { edict, sent } = replying({ policy_id: 'p', revision: 1 });
    const none = null as never;
    await edict.policies.save({ policy_id: 'p' }, none);
    await edict.policies.setWorkspace(none, none);
    expect(sent.map(({ message }) => message)).toEqual([
      { op: 'save', document: { policy_id: 'p' } },
      { op: 'set_workspace' },
    ]);
  });

  it.each([
    ['null', null],
    ['without an id', { type: 'agent' }],
    ['with an id that is no text', { type: 'agent', id: { toString: 1 } }],
  ])(
    'goes to no owner when it is about nobody, and is refused by whoever gets it: a subject that is %s',
    async (_what, subject) => {
      const refused = { code: 'BAD_REQUEST', message: 'no subject', retriable: false };
      const { edict, sent } = replying({ decision: false, error: refused });
      const about = { ...request, subject } as never;
      expect([await edict.decide(about), await edict.outcome(about)]).toMatchObject([REFUSED, REFUSED]);
      expect(await edict.signal({ session_id: subject } as never)).toMatchObject(REFUSED);
      expect(sent.map(({ options }) => options.about)).toEqual([undefined, undefined, undefined]);
    },
  );
});

describe('watch', () => {
  const event = (id: string) => ({
    specversion: '1.0',
    id,
    source: 'edict',
    type: 'verdict.issued',
    data: {},
  });

  it('passes each event on once, whatever the feed repeats', () => {
    const { edict, listeners } = replying(allowed);
    const seen: string[] = [];
    edict.watch(['verdict.issued']).subscribe(({ id }) => seen.push(id));
    const deliver = listeners.get('edict.v1.events.default.verdict.issued');
    deliver?.(bytes([event('verdicts.0/1/0'), event('verdicts.0/1/1')]));
    deliver?.(bytes([event('verdicts.0/1/1'), event('verdicts.0/2/0')]));
    expect(seen).toEqual(['verdicts.0/1/0', 'verdicts.0/1/1', 'verdicts.0/2/0']);
  });

  it('goes on after a message that is no batch of events', () => {
    const { edict, listeners } = replying(allowed);
    const seen: string[] = [];
    edict.watch().subscribe(({ id }) => seen.push(id));
    const deliver = listeners.get('edict.v1.events.default.>');
    for (const data of ['no json', { id: 'x' }, [1, null, { type: 'x' }], [event('a')]])
      deliver?.(bytes(data));
    expect(seen).toEqual(['a']);
  });

  it('stops listening when nobody is subscribed any more', () => {
    const { edict, listeners } = replying(allowed);
    const subscription = edict.policyChanges().subscribe();
    expect([...listeners.keys()]).toEqual([
      'edict.v1.events.default.policy.*',
      'edict.v1.events.default.workspace.*',
    ]);
    subscription.unsubscribe();
    expect(listeners.size).toBe(0);
  });
});
