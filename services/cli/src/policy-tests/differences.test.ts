import { expect, it } from 'vitest';
import { differences } from './differences.ts';

const blocked = {
  policy_id: 'guardrail.x',
  rule: 'tools.blocked_tools',
  code: 'tool.blocked',
  effect: 'deny',
};
const allowed = {
  policy_id: 'guardrail.x',
  rule: 'tools.allowed_tools',
  code: 'tool.allowed',
  effect: 'allow',
};
const denied = {
  decision: false,
  effect: 'deny',
  reasons: [blocked, allowed],
  warnings: [],
  value: { a: [1] },
};
const refused = { ok: false, error: { code: 'POLICY_DENIED', message: 'no', reasons: [{ code: 'QUORUM' }] } };

it.each([
  ['nothing in particular', undefined],
  ['a field', { effect: 'deny' as const }],
  ['a value, however deep', { value: { a: [1] } }],
  ['one reason of several, by some of its fields', { reasons: [{ code: 'tool.allowed' }] }],
  [
    'every reason, in any order',
    { exactly: true, reasons: [{ code: 'tool.allowed' }, { rule: blocked.rule }] },
  ],
  ['no warnings', { warnings: [] }],
])('an answer that is as wanted has no difference: %s', (_case, expected) => {
  expect(differences(expected, denied)).toEqual([]);
});

it.each([
  ['another field', { decision: true }, { field: 'decision', wanted: true, came: false }],
  ['a field that is missing', { settled: true }, { field: 'settled', wanted: true }],
  ['another value', { value: { a: [2] } }, { field: 'value', wanted: { a: [2] }, came: { a: [1] } }],
  [
    'a reason of which one field differs',
    { reasons: [{ code: 'tool.blocked', policy_id: 'guardrail.y' }] },
    { field: 'reasons', wanted: { code: 'tool.blocked', policy_id: 'guardrail.y' } },
  ],
  [
    'a reason too many where they are wanted exactly',
    { exactly: true, reasons: [{ code: 'tool.blocked' }] },
    { field: 'reasons', came: allowed },
  ],
  ['a list that is missing', { limits: [{ remaining: 1 }] }, { field: 'limits', wanted: { remaining: 1 } }],
  ['an error that does not come', { error: 'FORBIDDEN' }, { field: 'error', wanted: 'FORBIDDEN' }],
])('names what differs: %s', (_case, expected, difference) => {
  expect(differences(expected, denied)).toEqual([difference]);
});

it('wants no reasons where the list is empty', () => {
  expect(differences({ reasons: [] }, denied).map(({ came }) => came)).toEqual([blocked, allowed]);
});

it('takes an error that nobody wants for a difference, and its reasons for reasons', () => {
  expect(differences(undefined, refused)).toEqual([{ field: 'error', came: 'POLICY_DENIED' }]);
  expect(differences({ error: 'POLICY_DENIED', reasons: [{ code: 'QUORUM' }] }, refused)).toEqual([]);
});
