import { readFileSync } from 'node:fs';
import { boundAddress, HEALTH_ADDRESS, type Verb, verbAddress } from '@edict/contracts';
import fc from 'fast-check';
import { anyJson, nearSchema, type Schema } from './near-schema.ts';

/** A message that nobody should send. */
export interface Poison {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** Nothing that is saved by accident may bear on the workspace in which good requests are asked. */
export const WORKSPACES = { decisions: 'poison', policies: 'poison-policies' } as const;

/** What the policies of the run let through, and something that they do not speak about. */
export const ALLOWED_TOOL = 'pay.ok';
const UNHEARD_TOOL = 'vault.open';

export const goodRequest = (id: string) => ({
  request_id: id,
  subject: { type: 'agent', id: 'good' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: ALLOWED_TOOL },
  context: { cost: 1 },
});

const published = (name: string): Schema =>
  JSON.parse(
    readFileSync(new URL(`../../../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as Schema;

const wsOf = (verb: Verb): string => (verb === 'policy' ? WORKSPACES.policies : WORKSPACES.decisions);

const addresses = (verb: Verb): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(verbAddress(verb, wsOf(verb))) },
    { weight: 2, arbitrary: fc.constant(boundAddress('mallory', verb, wsOf(verb))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('=ZZ', '=', '=FF', '=00', 'a=2', '__proto__')
        .map((token) => `edict.v1.${verb}.${token}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('=ZZ', '=FF=FE', 'edict')
        .map((token) => `edict.v1.as.${token}.${verb}.${wsOf(verb)}`),
    },
  );

/** Lines that the product itself reads, with what they should not hold. */
const headers: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        'Edict-Timeout-Ms',
        'Nats-Msg-Id',
        'Edict-As',
        'Edict-Bundle',
        'Nats-Service-Error-Code',
        'Nats-Expected-Last-Subject-Sequence',
      ),
      fc.constantFrom(
        '',
        '-1',
        '0',
        'NaN',
        '1e99',
        '0x10',
        'good',
        'edict',
        '__proto__',
        '1,2,3',
        '-5,5',
        '99999999999',
        'ü',
        'x'.repeat(2_000),
      ),
      { maxKeys: 3 },
    ),
  },
);

/** Almost a good request that would be allowed, and is wrong in one place for sure. */
const spoiltRequest: fc.Arbitrary<unknown> = fc
  .constantFrom<object>(
    { request_id: 7 },
    { request_id: '' },
    { subject: 'good' },
    { subject: { type: 'agent', id: ['good'] } },
    { subject: undefined },
    { action: { name: 7 } },
    { action: 'tool.invoke' },
    { resource: { type: 'domain', id: ALLOWED_TOOL } },
    { resource: { type: 'tool', id: { toString: ALLOWED_TOOL } } },
    { context: { cost: -1 } },
    { context: { cost: '1' } },
    { context: { cost: 1e10 } },
    { context: { cost: 1e-9 } },
    { context: [] },
    { at_least_revision: -1 },
    { at_least_revision: 2 ** 53 },
    { please: true },
    { context: { deep: nested(40) } },
  )
  .map((change) => ({ ...goodRequest('spoilt'), ...change }));

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** A request that may be well-formed, about something that nobody allows. */
const unheard = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'resource' in value
    ? { ...value, resource: { type: 'tool', id: UNHEARD_TOOL } }
    : value;

const bodies: Readonly<Record<Verb, fc.Arbitrary<unknown>>> = {
  decide: fc.oneof(nearSchema(published('decision-request')).map(unheard), spoiltRequest),
  outcome: nearSchema(published('outcome-report')),
  signal: fc.oneof(nearSchema(published('signal')), signalWithPayload()),
  policy: fc.oneof(nearSchema(published('policy-command')), savedDocument()),
};

function signalWithPayload(): fc.Arbitrary<unknown> {
  const payloads = [
    'session-start',
    'proposal',
    'evaluation',
    'objection',
    'vote',
    'commitment',
    'session-cancel',
  ];
  return fc
    .tuple(
      fc.constantFrom(
        'SessionStart',
        'Proposal',
        'Evaluation',
        'Objection',
        'Vote',
        'Commitment',
        'SessionCancel',
      ),
      fc.oneof(...payloads.map((name) => nearSchema(published(`signal-${name}`)))),
      fc.uuid(),
    )
    .map(([message_type, payload, id]) => ({
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type,
      message_id: id,
      session_id: id,
      sender: 'mallory',
      timestamp_unix_ms: 1,
      payload,
    }));
}

function savedDocument(): fc.Arbitrary<unknown> {
  return nearSchema(published('policy-document')).map((document) => ({
    op: 'save',
    document,
    actor: 'mallory',
    reason: 'to see what happens',
  }));
}

const encoder = new TextEncoder();

/** Texts that no parser likes, whatever they were meant to be. */
const rawPayload: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(1, 100, 10_000, 30_000, 400_000).map((depth) => encoder.encode('['.repeat(depth))),
  fc
    .constantFrom(10, 33, 10_000, 30_000)
    .map((depth) => encoder.encode(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
  fc.constantFrom(64, 65, 800).map((kib) => encoder.encode(`{"note":"${'x'.repeat(kib * 1_024)}"}`)),
  fc
    .constantFrom('', ' ', 'null', '[]', '7', '"x"', '{', 'NaN', '{"a":1e999}', '\ufeff{}', '{"a":1,"a":2}')
    .map((text) => encoder.encode(text)),
  // Half a surrogate in UTF-8, which is not UTF-8, and half of one as an escape, which is JSON.
  fc
    .constantFrom([0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe], [0xc0, 0x80])
    .map((bytes) => Uint8Array.from(bytes)),
  anyJson.map((value) => encoder.encode(JSON.stringify(value))),
);

/** A good text with some of its bytes changed. */
const damaged: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), fc.nat())
  .map(([changes, cut]) => {
    // What damage leaves whole asks for what nobody allows.
    const text = { ...goodRequest('damaged'), resource: { type: 'tool', id: UNHEARD_TOOL } };
    const bytes = encoder.encode(JSON.stringify(text));
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
  });

const verbs = fc.constantFrom<Verb>('decide', 'decide', 'outcome', 'signal', 'policy');

const toVerbs: fc.Arbitrary<Poison> = verbs.chain((verb) =>
  fc.record({
    address: addresses(verb),
    headers,
    payload: fc.oneof(
      { weight: 4, arbitrary: bodies[verb].map((body) => encoder.encode(JSON.stringify(body) ?? '')) },
      { weight: 1, arbitrary: rawPayload },
      { weight: 1, arbitrary: damaged },
    ),
  }),
);

const toHealth: fc.Arbitrary<Poison> = fc.record({
  address: fc.constant(HEALTH_ADDRESS),
  headers,
  payload: rawPayload,
});

/** So many messages of a seed: near every published schema, raw bytes, deep and huge texts, tricks in headers. */
export const poisonOf = (seed: number, count: number): readonly Poison[] =>
  fc.sample(fc.oneof({ weight: 60, arbitrary: toVerbs }, { weight: 1, arbitrary: toHealth }), {
    seed,
    numRuns: count,
  });
