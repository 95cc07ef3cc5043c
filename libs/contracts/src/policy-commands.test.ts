import { describe, expect, it } from 'vitest';
import { checkPolicyCommand } from './policy-commands.ts';

const document = { policy_id: 'a', kind: 'guardrail', schema_version: 1, description: '', rules: {} };

describe('a policy command', () => {
  it.each([
    { op: 'save', document },
    {
      op: 'save',
      document,
      enforcement: 'warn',
      expected_revision: 0,
      actor: 'ada',
      reason: 'why',
      request_id: 'r',
    },
    { op: 'delete', policy_id: 'a' },
    { op: 'restore', policy_id: 'a' },
    { op: 'rollback', policy_id: 'a', revision: 1 },
    { op: 'set_enforcement', policy_id: 'a', enforcement: 'off' },
    { op: 'set_workspace', ungoverned: 'allow' },
    { op: 'get', policy_id: 'a', at: '2026-11-21T09:00:00+01:00' },
    { op: 'list', prefix: '' },
    { op: 'history', policy_id: 'a' },
    { op: 'diff', policy_id: 'a', a: 1, b: 2 },
  ])('is taken as the contract has it: $op', (command) => {
    expect(checkPolicyCommand(command)).toEqual({ ok: true, value: command });
  });

  it.each([
    ['an unknown operation', { op: 'sav' }, '/op', 'op is sav'],
    ['no operation', {}, '/op', 'op is missing'],
    ['no object at all', 7, '', 'the message is 7: must be a policy command, an object'],
    ['a list', [], '', 'the message is []: must be a policy command, an object'],
    [
      'an unknown field',
      { op: 'delete', policy_id: 'a', force: true },
      '/force',
      'force is not a known field',
    ],
    ['an empty id', { op: 'delete', policy_id: '' }, '/policy_id', '1 to 256 bytes'],
    ['a document that is a list', { op: 'save', document: [] }, '/document', 'must be a policy document'],
    [
      'an unknown enforcement',
      { op: 'set_enforcement', policy_id: 'a', enforcement: 'on' },
      '/enforcement',
      'enforce, warn, audit, off',
    ],
    [
      'a revision that is none',
      { op: 'rollback', policy_id: 'a', revision: 0 },
      '/revision',
      'whole number from 1',
    ],
    [
      'a negative expectation',
      { op: 'save', document, expected_revision: -1 },
      '/expected_revision',
      'whole number from 0',
    ],
    ['a time that is none', { op: 'get', policy_id: 'a', at: 'yesterday' }, '/at', 'ISO 8601'],
    ['NaN', { op: 'diff', policy_id: 'a', a: Number.NaN, b: 1 }, '/a', 'whole number from 1'],
    [
      'a claimed permission',
      { op: 'delete', policy_id: 'a', authorised_by: [] },
      '/authorised_by',
      'not a known field',
    ],
    ['a long reason', { op: 'delete', policy_id: 'a', reason: 'x'.repeat(1025) }, '/reason', 'at most 1024'],
  ])('with %s is refused, naming field and what is allowed', (_name, command, path, message) => {
    expect(checkPolicyCommand(command)).toMatchObject({
      ok: false,
      rejection: { code: 'BAD_REQUEST', path, message: expect.stringContaining(message) },
    });
  });

  it('is refused with every problem at once', () => {
    const command = { op: 'rollback', policy_id: '', revision: 0, foo: 1, expected_revision: -2 };
    const checked = checkPolicyCommand(command);
    const problems = checked.ok ? [] : (checked.rejection.problems ?? []);
    expect(problems.map(({ path }) => path).sort()).toEqual([
      '/expected_revision',
      '/foo',
      '/policy_id',
      '/revision',
    ]);
    for (const { code, message } of problems) {
      expect(code).toBe('BAD_REQUEST');
      expect(message).toMatch(/must be|is not a known field/);
    }
    expect(problems.find(({ path }) => path === '/revision')?.allowed).toBe('must be a whole number from 1');
  });

  it.each(['save_profile', 'create_effective'])('%s is refused as UNSUPPORTED with a pointer', (op) => {
    expect(checkPolicyCommand({ op, profile: 'HIGH' })).toMatchObject({
      ok: false,
      rejection: { code: 'UNSUPPORTED', path: '/op', problems: [{ code: 'UNSUPPORTED', path: '/op' }] },
    });
  });
});
