import { describe, expect, it } from 'vitest';
import { readSuite } from './read-suite.ts';

const REQUEST = {
  subject: { type: 'agent', id: 'a', properties: { roles: ['x'] } },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'mail.send' },
};
const wanted = { effect: 'deny' };

const casesOf = (value: unknown) => {
  const read = readSuite(value);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.suite.cases;
};

describe('a test file', () => {
  it('lays the request of a case over that of the defaults, field by field', () => {
    const [first] = casesOf({
      defaults: { request: REQUEST },
      cases: [{ name: 'x', request: { subject: { id: 'b' }, context: { cost: 1 } }, expect: wanted }],
    });
    expect(first?.steps).toMatchObject([
      { request: { ...REQUEST, subject: { ...REQUEST.subject, id: 'b' }, context: { cost: 1 } } },
    ]);
  });

  it('begins each case at the same time on every day, at that of the defaults, or at its own', () => {
    const cases = [{ name: 'x', request: REQUEST, expect: wanted }];
    const beginning = (given: object) => casesOf({ cases, ...given })[0]?.at;
    expect(beginning({})).toBe(Date.UTC(2026, 0, 1));
    expect(beginning({ defaults: { given: { at: '2026-11-21T09:00:00Z' } } })).toBe(
      Date.UTC(2026, 10, 21, 9),
    );
    const own = { ...cases[0], given: { at: '2026-11-22T10:00:00+01:00' } };
    expect(beginning({ cases: [own] })).toBe(Date.UTC(2026, 10, 22, 9));
  });

  const one = (fields: object) => ({ cases: [{ name: 'x', request: REQUEST, expect: wanted, ...fields }] });
  const step = (fields: object) => ({ cases: [{ name: 'x', steps: [{ expect: wanted, ...fields }] }] });

  it.each([
    ['no cases', { cases: [] }, '/cases', 'at least one case'],
    ['a field that it does not know', { ...one({}), policy: 'x' }, '/policy', 'not a known field'],
    ['two cases of one name', { cases: [...one({}).cases, ...one({}).cases] }, '/cases/1/name', 'unique'],
    [
      'a word that is no effect',
      one({ expect: { effect: 'denied' } }),
      '/cases/0/expect/effect',
      'allow, deny',
    ],
    ['a case that wants nothing', one({ expect: {} }), '/cases/0/expect', 'at least one field'],
    ['a case without expect', one({ expect: undefined }), '/cases/0/expect', 'must say what is wanted'],
    [
      'steps of which none wants anything',
      step({ request: REQUEST, expect: undefined }),
      '/cases/0/steps',
      'could not fail',
    ],
    [
      'a request beside steps',
      one({ expect: undefined, steps: [{ request: REQUEST, expect: wanted }] }),
      '/cases/0/request',
      'one of the steps',
    ],
    [
      'a step that does two things',
      step({ request: REQUEST, report: { outcome: 'success' } }),
      '/cases/0/steps/0',
      'one of request, report',
    ],
    [
      'a field that the answer does not have',
      step({ signal: { sender: 'a', message_type: 'Vote', payload: {} } }),
      '/cases/0/steps/0/expect/effect',
      'session_state',
    ],
    ['a time that is none', one({ given: { at: 'noon' } }), '/cases/0/given/at', 'ISO 8601'],
    [
      'a duration that is none',
      step({ after: 'a while', request: REQUEST }),
      '/cases/0/steps/0/after',
      '30s',
    ],
    ['a request without all that it needs', one({ request: {} }), '/cases/0/request/subject', 'missing'],
    [
      'a resource of another type',
      one({ request: { ...REQUEST, resource: { type: 'key', id: 'x' } } }),
      '/cases/0/request/resource/type',
      'takes a resource of type tool',
    ],
    [
      'a revision to wait for',
      one({ request: { ...REQUEST, at_least_revision: 1 } }),
      '/cases/0/request/at_least_revision',
      'not a known field',
    ],
  ])('is refused with %s, by pointer and with what is allowed', (_case, value, path, message) => {
    const read = readSuite(value);
    expect(read.ok ? [] : read.problems).toEqual([
      expect.objectContaining({ path, message: expect.stringContaining(message) }),
    ]);
  });
});
