import { boundAddress, HEALTH_ADDRESS, type Verb, verbAddress } from '@edict/contracts';
import fc from 'fast-check';
import { BODIES } from './bodies.ts';
import { damaged, rawPayload } from './raw-payloads.ts';

/** A message that nobody should send. */
export interface Poison {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** Nothing that is saved by accident may bear on the workspace in which good requests are asked. */
export const WORKSPACES = { decisions: 'poison', policies: 'poison-policies' } as const;

const wsOf = (verb: Verb): string => (verb === 'policy' ? WORKSPACES.policies : WORKSPACES.decisions);

const oddWorkspace = (verb: Verb): string => (verb === 'policy' ? 'constructor' : '__proto__');

const addresses = (verb: Verb): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(verbAddress(verb, wsOf(verb))) },
    { weight: 2, arbitrary: fc.constant(boundAddress('mallory', verb, wsOf(verb))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('=ZZ', '=', '=FF', '=00', 'a=2', oddWorkspace(verb))
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

const encoder = new TextEncoder();

const verbs = fc.constantFrom<Verb>('decide', 'decide', 'outcome', 'signal', 'policy');

const toVerbs: fc.Arbitrary<Poison> = verbs.chain((verb) =>
  fc.record({
    address: addresses(verb),
    headers,
    payload: fc.oneof(
      { weight: 4, arbitrary: BODIES[verb].map((body) => encoder.encode(JSON.stringify(body) ?? '')) },
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
