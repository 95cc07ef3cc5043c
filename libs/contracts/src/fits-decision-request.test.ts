import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecisionRequest } from './decision-request.ts';
import { fitsDecisionRequest } from './fits-decision-request.ts';

const anything = fc.anything({ withNullPrototype: false, maxDepth: 2 });
const identifier = fc.oneof(
  { weight: 20, arbitrary: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }) },

  fc.string(),
  fc.constant('é'.repeat(128)),
  fc.constant('é'.repeat(129)),
  fc.constant('a\u0000'),
);
const amount = fc.oneof(fc.double(), fc.constantFrom(0, 1e9, 1e9 + 1, 0.000001, 0.0000001, -1, 12.345678));
const oneOf = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: good }, { weight: 1, arbitrary: anything });
/** An object, now and then with a field too many. */
const fields = (model: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.record(model, { requiredKeys, noNullPrototype: true }) },
    {
      weight: 1,
      arbitrary: fc.record<Record<string, unknown>>(
        { ...model, more: anything },
        { requiredKeys, noNullPrototype: true },
      ),
    },
  );
const properties = fc.dictionary(fc.string(), anything, { noNullPrototype: true });
const entity = fields({ type: oneOf(identifier), id: oneOf(identifier), properties: oneOf(properties) }, [
  'type',
  'id',
]);
const request = fields(
  {
    request_id: oneOf(identifier),
    subject: oneOf(entity),
    action: oneOf(fields({ name: oneOf(identifier), properties: oneOf(properties) }, ['name'])),
    resource: oneOf(entity),
    context: oneOf(fields({ cost: oneOf(amount), tokens: oneOf(amount), any: anything }, [])),
    at_least_revision: oneOf(fc.oneof({ weight: 10, arbitrary: fc.nat() }, fc.integer(), fc.double())),
  },
  ['subject', 'action', 'resource'],
);
/** What may arrive: values that JSON can say. */
const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

describe('the quick check of decision requests', () => {
  it('agrees with the schema on everything that JSON can say', () => {
    let fitting = 0;
    fc.assert(
      fc.property(
        fc.oneof({ weight: 20, arbitrary: request }, { weight: 1, arbitrary: anything }),
        (made) => {
          const value = parsed(
            JSON.parse(
              JSON.stringify(made, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ??
                'null',
            ),
          );
          const fits = fitsDecisionRequest(value);
          fitting += fits ? 1 : 0;
          expect(fits).toBe(DecisionRequest.safeParse(value).success);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(fitting).toBeGreaterThan(100);
  });

  it('takes the fullest request of the contract', () => {
    expect(
      fitsDecisionRequest({
        request_id: 'r-7',
        subject: { type: 'agent', id: 'analyst', properties: { session: 's-1', roles: ['support'] } },
        action: { name: 'tool.invoke' },
        resource: { type: 'tool', id: 'github:create_issue', properties: { labels: { input: 'internal' } } },
        context: { protocol: 'https', cost: 5, tokens: 1200 },
        at_least_revision: 12,
      }),
    ).toBe(true);
  });
});
