import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check, problemsOf } from './check.ts';

const Thing = z.strictObject({
  size: z.number({ error: 'must be a number' }).min(1, { error: 'must be at least 1' }),
  'odd/key~': z.string({ error: 'must be a string' }).optional(),
  parts: z.array(z.strictObject({ name: z.string({ error: 'must be a string' }) })).optional(),
});
const problems = (value: unknown) => {
  const result = Thing.safeParse(value);
  return result.success ? [] : problemsOf(result.error, value, 'POLICY_INVALID');
};

describe('a check', () => {
  it('gives the value when it fits', () => {
    expect(check(Thing, { size: 2 })).toEqual({ ok: true, value: { size: 2 } });
  });

  it('names the field, its value and what is allowed', () => {
    expect(check(Thing, { size: 0 })).toEqual({
      ok: false,
      rejection: { code: 'BAD_REQUEST', path: '/size', message: 'size is 0: must be at least 1' },
    });
  });

  it.each([
    ['5', 'size is the text "5": must be a number'],
    ['', 'size is the text "": must be a number'],
    ['null', 'size is the text "null": must be a number'],
    ['[1]', 'size is the text "[1]": must be a number'],
    ['five', 'size is five: must be a number'],
  ])('calls %j a text, where it could be taken for something else', (size, message) => {
    expect(check(Thing, { size })).toMatchObject({ rejection: { message } });
  });

  it('says that a field is missing', () => {
    expect(check(Thing, {})).toMatchObject({
      rejection: { path: '/size', message: 'size is missing: must be a number' },
    });
  });

  it('speaks of the message when all of it is wrong', () => {
    expect(check(z.string({ error: 'must be a string' }), 7)).toMatchObject({
      rejection: { path: '', message: 'the message is 7: must be a string' },
    });
  });
});

describe('the problems of a value', () => {
  it('are all of them at once, each with code, pointer, value and what is allowed', () => {
    expect(problems({ size: 'x', 'odd/key~': 5, parts: [{ name: 'a' }, { name: null }] })).toEqual([
      {
        code: 'POLICY_INVALID',
        path: '/size',
        message: 'size is x: must be a number',
        allowed: 'must be a number',
      },
      {
        code: 'POLICY_INVALID',
        path: '/odd~1key~0',
        message: 'odd/key~ is 5: must be a string',
        allowed: 'must be a string',
      },
      {
        code: 'POLICY_INVALID',
        path: '/parts/1/name',
        message: 'parts.1.name is null: must be a string',
        allowed: 'must be a string',
      },
    ]);
  });

  it('name each unknown field, wherever it stands', () => {
    expect(problems({ size: 1, more: 1, parts: [{ name: 'a', 'x/y': 1 }] })).toEqual([
      { code: 'POLICY_INVALID', path: '/parts/0/x~1y', message: 'x/y is not a known field' },
      { code: 'POLICY_INVALID', path: '/more', message: 'more is not a known field' },
    ]);
  });

  it('never repeat a long value or a long name whole', () => {
    const [ofValue] = problems({ size: 'x'.repeat(10_000) });
    const [ofName] = problems({ size: 1, ['x'.repeat(10_000)]: 1 });
    expect(ofValue?.message.length).toBeLessThan(120);
    expect(ofName?.message.length).toBeLessThan(120);
  });

  it('never point to a long name whole, however many lie in each other', () => {
    const long = 'x'.repeat(10_000);
    const [unknown] = problems({ size: 1, [long]: 1 });
    const deep = z.record(z.string(), z.record(z.string(), z.strictObject({})));
    const value = { [long]: { [long]: { [long]: 1 } } };
    const result = deep.safeParse(value);
    const [inside] = result.success ? [] : problemsOf(result.error, value, 'X');
    expect(unknown?.path).toMatch(/^\/x+…$/);
    expect(unknown?.path.length).toBeLessThan(200);
    expect(inside?.path.length).toBeLessThan(600);
    expect(JSON.stringify([unknown, inside]).length).toBeLessThan(1_500);
  });

  it('show only what a value holds itself, never what it inherits', () => {
    const Named = z.strictObject({ constructor: z.string({ error: 'must be a string' }) });
    const result = Named.safeParse({});
    expect(result.success ? [] : problemsOf(result.error, {}, 'X')[0]?.message).toBe(
      'constructor is missing: must be a string',
    );
  });
});
