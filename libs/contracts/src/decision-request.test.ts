import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { checkDecisionRequest, OutcomeReport, RESOURCE_TYPES } from './decision-request.ts';

/** The example of contract §3. */
const REQUEST = {
  request_id: 'r-7',
  subject: { type: 'agent', id: 'analyst', properties: { session: 's-1', roles: ['support'] } },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'github:create_issue', properties: { labels: { input: 'internal' } } },
  context: { protocol: 'https', cost: 5, tokens: 1200 },
  at_least_revision: 12,
};
const refusal = (value: unknown) => {
  const checked = checkDecisionRequest(value);
  return checked.ok ? undefined : checked.rejection;
};
const withContext = (context: unknown) => ({ ...REQUEST, context });

/** The table of contract §3, written out. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['tool.invoke', 'tool'],
  ['net.connect', 'domain'],
  ['fs.read', 'path'],
  ['fs.write', 'path'],
  ['fs.delete', 'path'],
  ['api.call', 'api'],
  ['model.use', 'model'],
  ['capability.use', 'capability'],
  ['data.read', 'key'],
  ['data.write', 'key'],
  ['data.delete', 'key'],
  ['task.run', 'task'],
  ['rate.consume', 'limit'],
  ['negotiation.round', 'negotiation'],
  ['negotiation.commit', 'negotiation'],
  ['policy.save', 'policy'],
  ['policy.activate', 'policy'],
  ['policy.delete', 'policy'],
];
const TYPES = [...new Set(PAIRS.map(([, type]) => type))];

describe('a decision request', () => {
  it('is taken as the contract has it', () => {
    expect(checkDecisionRequest(REQUEST)).toEqual({ ok: true, value: REQUEST });
  });

  it('needs no more than subject, action and resource', () => {
    const { subject, action, resource } = REQUEST;
    expect(checkDecisionRequest({ subject, action, resource }).ok).toBe(true);
  });

  it.each([
    ['no subject', { ...REQUEST, subject: undefined }, '/subject'],
    ['no action', { ...REQUEST, action: undefined }, '/action'],
    ['no resource', { ...REQUEST, resource: undefined }, '/resource'],
    ['a subject without a type', { ...REQUEST, subject: { id: 'a' } }, '/subject/type'],
    ['a subject without an id', { ...REQUEST, subject: { type: 'agent' } }, '/subject/id'],
    ['an action that is a text', { ...REQUEST, action: 'tool.invoke' }, '/action'],
    ['an empty action', { ...REQUEST, action: { name: '' } }, '/action/name'],
    ['an empty resource', { ...REQUEST, resource: { type: 'tool', id: '' } }, '/resource/id'],
    [
      'properties that are a list',
      { ...REQUEST, subject: { ...REQUEST.subject, properties: [] } },
      '/subject/properties',
    ],
    ['an empty id', { ...REQUEST, request_id: '' }, '/request_id'],
    ['an id of 257 bytes', { ...REQUEST, request_id: `${'ü'.repeat(128)}x` }, '/request_id'],
    ['an id with U+0000', { ...REQUEST, request_id: 'a\u0000' }, '/request_id'],
    ['a context that is a list', withContext([]), '/context'],
    ['a context that is null', withContext(null), '/context'],
    ['a negative revision', { ...REQUEST, at_least_revision: -1 }, '/at_least_revision'],
    ['a revision with a fraction', { ...REQUEST, at_least_revision: 1.5 }, '/at_least_revision'],
    ['a revision as a text', { ...REQUEST, at_least_revision: '12' }, '/at_least_revision'],
    ['an unknown field', { ...REQUEST, as: 'admin' }, '/as'],
    [
      'an unknown field of its subject',
      { ...REQUEST, subject: { ...REQUEST.subject, admin: true } },
      '/subject/admin',
    ],
    ['a list instead of an object', [REQUEST], ''],
    ['a text instead of an object', 'hello', ''],
    ['nothing', undefined, ''],
  ])('with %s is a bad request, and says where', (_what, value, path) => {
    expect(refusal(value)).toMatchObject({ code: 'BAD_REQUEST', path });
  });

  it('of 256 bytes of id is taken', () => {
    expect(refusal({ ...REQUEST, request_id: 'ü'.repeat(128) })).toBeUndefined();
  });

  it('may carry anything in its context beside cost and tokens', () => {
    expect(refusal(withContext({ amount: -1, anything: { at: ['all'] } }))).toBeUndefined();
  });
});

describe('cost and tokens', () => {
  it.each([0, -0, 1, 0.000001, 0.1, 0.3, 1.005, 5e-6, 999_999_999.999999, 1_000_000_000])(
    'may be %d',
    (amount) => {
      expect(refusal(withContext({ cost: amount, tokens: amount }))).toBeUndefined();
    },
  );

  it.each([
    -1,
    -0.000001,
    1_000_000_000.000001,
    1e10,
    0.0000001,
    1e-12,
    5e-324,
    1.0000001,
    999_999_999.9999999,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5',
    null,
    true,
    [5],
    {},
  ])('are never %j', (amount) => {
    expect(refusal(withContext({ cost: amount }))).toMatchObject({
      code: 'BAD_REQUEST',
      path: '/context/cost',
    });
    expect(refusal(withContext({ tokens: amount }))).toMatchObject({ path: '/context/tokens' });
  });

  it('with up to six decimals are taken however they are written, and with a seventh never', () => {
    const millionths = fc.integer({ min: 0, max: 10 ** 15 });
    fc.assert(
      fc.property(millionths, (count) => {
        const digits = String(count).padStart(7, '0');
        const written = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
        expect(refusal(withContext({ cost: Number(written) }))).toBeUndefined();
        const finer = Number(`${written}5`);
        if (count < 10 ** 14) expect(refusal(withContext({ cost: finer }))?.path).toBe('/context/cost');
      }),
    );
  });

  it('that are refused are told what is allowed', () => {
    expect(refusal(withContext({ cost: -1 }))?.message).toBe(
      'context.cost is -1: must be a number from 0 to 1000000000',
    );
    expect(refusal(withContext({ cost: 0.0000001 }))?.message).toBe(
      'context.cost is 1e-7: must have at most 6 decimals',
    );
  });
});

describe('the type of a resource', () => {
  it('is stated for every known action', () => {
    expect(Object.entries(RESOURCE_TYPES).sort()).toEqual([...PAIRS].sort());
  });

  it.each(PAIRS)('for %s is %s and no other', (name, fitting) => {
    for (const type of [...TYPES, 'thing']) {
      const found = refusal({ ...REQUEST, action: { name }, resource: { type, id: 'x' } });
      if (type === fitting) expect(found).toBeUndefined();
      else
        expect(found).toMatchObject({
          code: 'BAD_REQUEST',
          path: '/resource/type',
          message: expect.stringContaining(fitting),
        });
    }
  });

  it.each(['invoice.pay', 'toString', '__proto__', 'tool.invoke '])(
    'for any other action, such as %j, is free',
    (name) => {
      expect(
        refusal({ ...REQUEST, action: { name }, resource: { type: 'invoice', id: 'x' } }),
      ).toBeUndefined();
    },
  );
});

describe('the report of an outcome', () => {
  const REPORT = { request_id: 'r-7', subject: { type: 'agent', id: 'analyst' }, outcome: 'success' };
  const wrong = (value: unknown) => {
    const checked = check(OutcomeReport, value);
    return checked.ok ? undefined : checked.rejection.path;
  };

  it.each(['success', 'error', 'cancelled'])('may be %s, with what it cost and gave', (outcome) => {
    expect(wrong({ ...REPORT, outcome, cost: 0.5, tokens: 10, value: null })).toBeUndefined();
  });

  it.each([
    ['another outcome', { ...REPORT, outcome: 'done' }, '/outcome'],
    ['no outcome', { ...REPORT, outcome: undefined }, '/outcome'],
    ['no id', { ...REPORT, request_id: undefined }, '/request_id'],
    ['no subject', { ...REPORT, subject: undefined }, '/subject'],
    ['a negative cost', { ...REPORT, cost: -1 }, '/cost'],
    ['too many decimals', { ...REPORT, tokens: 1e-7 }, '/tokens'],
    ['an unknown field', { ...REPORT, effect: 'allow' }, '/effect'],
  ])('with %s is refused, and says where', (_what, value, path) => {
    expect(wrong(value)).toBe(path);
  });
});
