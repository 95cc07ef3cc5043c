import { describe, expect, it } from 'vitest';
import { requestFrom, resourceFrom } from './decision-request.ts';

const flags = { as: 'analyst', action: 'tool.invoke', resource: 'tool:github:create_issue' };

describe('requestFrom', () => {
  it('makes a request of flags; the first colon parts type and id', () => {
    expect(
      requestFrom(undefined, { ...flags, context: { cost: 5 }, requestId: 'r-7', atLeastRevision: 12 }),
    ).toEqual({
      request_id: 'r-7',
      subject: { type: 'agent', id: 'analyst' },
      action: { name: 'tool.invoke' },
      resource: { type: 'tool', id: 'github:create_issue' },
      context: { cost: 5 },
      at_least_revision: 12,
    });
  });

  it('takes a file’s request as it is, under another id when one is given', () => {
    const value = requestFrom(undefined, flags);
    expect(requestFrom(value, {})).toEqual(value);
    expect(requestFrom(value, { requestId: 'r-8' })).toEqual({ ...value, request_id: 'r-8' });
  });

  it.each([
    ['a flag that is missing', undefined, { as: 'a', action: 'tool.invoke' }, /needs --resource/],
    [
      'a type that does not fit its action',
      undefined,
      { ...flags, resource: 'key:x' },
      /takes a resource of type tool/,
    ],
    ['a cost below zero', undefined, { ...flags, context: { cost: -1 } }, /cost is -1/],
    ['a file without a subject', { action: { name: 'x' } }, {}, /subject is missing/],
    ['a file that is a list', [1], {}, /message/],
  ])('refuses %s with exit 2', (_case, value, given, message) => {
    expect(() => requestFrom(value, given)).toThrow(message);
    expect(() => requestFrom(value, given)).toThrow(expect.objectContaining({ exit: 2 }));
  });
});

it.each(['tool', ':x', 'tool:'])('says how a resource is written when it is %j', (word) => {
  expect(() => resourceFrom(word)).toThrow(/write TYPE:ID/);
});
