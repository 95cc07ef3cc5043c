import { BOUNDS, ERROR_CODES, encodeToken, parseRequestAddress, STREAMS, VERBS } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { asyncApi } from './document.ts';

type Json = Record<string, unknown>;
const api = JSON.parse(JSON.stringify(asyncApi())) as {
  readonly channels: Record<
    string,
    { readonly address: string | null; readonly messages: Json; readonly [extra: string]: unknown }
  >;
  readonly operations: Record<
    string,
    {
      readonly channel: { readonly $ref: string };
      readonly messages: readonly { readonly $ref: string }[];
      readonly reply?: {
        readonly channel: { readonly $ref: string };
        readonly messages: readonly { readonly $ref: string }[];
      };
    }
  >;
  readonly components: { readonly messages: Json; readonly schemas: Json };
  readonly [extra: string]: unknown;
};

const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], api);
const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
};

describe('the AsyncAPI document', () => {
  it('refers to nothing that is not in it', () => {
    const refs = refsIn(api);
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([]);
  });

  it('lets an operation take and answer only what its channels carry', () => {
    for (const { channel, messages, reply } of Object.values(api.operations)) {
      for (const { $ref } of messages) expect($ref.startsWith(`${channel.$ref}/messages/`)).toBe(true);
      for (const { $ref } of reply?.messages ?? []) {
        expect($ref.startsWith(`${reply?.channel.$ref}/messages/`)).toBe(true);
      }
    }
  });

  it.each(VERBS)(
    'has %s for callers that speak for others and for agents of their own, each with a reply',
    (verb) => {
      const fill = (name: string) =>
        api.channels[name]?.address
          ?.replace('{workspace}', encodeToken('w.1'))
          .replace('{agent}', encodeToken('bot 1'));
      expect(parseRequestAddress(fill(verb) ?? '')).toEqual({ verb, ws: 'w.1' });
      expect(parseRequestAddress(fill(`${verb}-as`) ?? '')).toEqual({ verb, ws: 'w.1', as: 'bot 1' });
      expect(api.operations[verb]?.reply).toEqual(api.operations[`${verb}-as`]?.reply);
      expect(api.operations[verb]?.reply?.messages.length).toBeGreaterThan(1);
    },
  );

  it('has the addresses of the contract', () => {
    expect(Object.values(api.channels).map(({ address }) => address)).toEqual(
      expect.arrayContaining([
        'edict.v1.decide.{workspace}',
        'edict.v1.as.{agent}.decide.{workspace}',
        'edict.v1.outcome.{workspace}',
        'edict.v1.signal.{workspace}',
        'edict.v1.policy.{workspace}',
        'edict.v1.intake.{workspace}.decide',
        'edict.v1.intake.{workspace}.signal',
        'edict.v1.events.{workspace}.{type}',
        'edict.v1.notify.{workspace}.{participant}.approval.requested',
        'edict.v1.notify.{workspace}.{participant}.verdict.closed',
        'edict.v1.dead.{workspace}.{consumer}',
        'edict.v1.journal.policies.{workspace}',
        'edict.v1.journal.verdicts.{partition}',
        'edict.v1.journal.sessions.{partition}',
      ]),
    );
  });

  it('explains every parameter of an address', () => {
    for (const { address, parameters } of Object.values(api.channels)) {
      const names = [...(address ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys((parameters ?? {}) as Json)).toEqual(names);
      for (const { description } of Object.values(
        (parameters ?? {}) as Record<string, { description: string }>,
      )) {
        expect(description).not.toBe('');
      }
    }
  });

  it('says which stream stores what, and that no journal ever drops anything', () => {
    const stored = Object.entries(api.channels).flatMap(([name, channel]) =>
      channel['x-edict-stream'] === undefined ? [] : [[name, channel['x-edict-stream'] as Json] as const],
    );
    expect(new Set(stored.map(([, { name }]) => name))).toEqual(new Set(Object.values(STREAMS)));
    expect(api.channels['intake-decide']?.['x-edict-stream']).toMatchObject({ retention: 'workqueue' });
    for (const [name, facts] of stored) {
      if (name.startsWith('journal-')) expect(facts).toMatchObject({ max_age_s: 0, storage: 'file' });
    }
    expect(api.channels['journal-policies']?.['x-edict-stream']).toMatchObject({
      deny_delete: true,
      deny_purge: true,
    });
    expect(api.channels['events']?.['x-edict-stream']).toMatchObject({ max_age_s: 604_800 });
  });

  it('states headers, codes, and the keys of the views', () => {
    expect(api.components.messages['decision-request']).toMatchObject({
      headers: {
        properties: { 'Edict-Timeout-Ms': { default: String(BOUNDS.requestTimeoutMs) }, 'Nats-Msg-Id': {} },
      },
    });
    expect(api.components.messages['error-reply']).toMatchObject({
      headers: { properties: { 'Nats-Service-Error-Code': {}, 'Nats-Service-Error': {} } },
    });
    expect(api['x-edict-error-codes']).toEqual(ERROR_CODES);
    expect(api['x-edict-buckets']).toMatchObject({
      edict_policies_latest: { key: '{workspace}.{policy}' },
      edict_policies_history: { key: '{workspace}.{policy}.{revision}' },
      edict_sessions: { key: '{workspace}.{session}' },
    });
  });
});
