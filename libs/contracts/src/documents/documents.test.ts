import { describe, expect, test } from 'vitest';
import { problemsOf } from '../check.ts';
import { AccessDocument } from './access.ts';
import { GuardrailDocument } from './guardrail.ts';
import { HooksDocument } from './hooks.ts';

const envelope = { policy_id: 'p', schema_version: 1, description: '' };

/** The examples of contract §4, whether a build can enforce all of them or not. */
const GUARDRAIL = {
  policy_id: 'guardrail.payments',
  kind: 'guardrail',
  schema_version: 1,
  description: 'What payment agents may touch',
  applies_to: { subjects: ['payments-*'] },
  rules: {
    tools: {
      allowed_tools: ['ledger.*', 'mail.send'],
      blocked_tools: ['ledger.delete'],
      require_approval: [
        {
          tool: 'ledger.transfer',
          when: 'context.amount > 1000',
          decision_policy: 'policy.fraud.majority-veto',
          approvers: ['fraud', 'risk', 'compliance'],
          within: '15m',
        },
      ],
    },
    permissions: {
      network: {
        enabled: true,
        require_tls: true,
        allowed_domains: ['*.bank.example'],
        blocked_domains: ['old.bank.example'],
      },
      filesystem: {
        enabled: true,
        allowed_paths: ['/workspace/*'],
        blocked_paths: ['/workspace/.secrets/*'],
        allowed_extensions: ['.md', '.csv'],
      },
    },
    api: { allowed_apis: ['stripe'], blocked_apis: [] },
    models: { allowed_providers: ['openai'], allowed_models: [], blocked_models: ['gpt-3.5-*'] },
    rate_limits: {
      requests: { max_per_minute: 60, max_per_hour: 500 },
      tokens: { max_per_minute: 50_000 },
    },
  },
};
const HOOKS = {
  ...envelope,
  kind: 'hooks',
  rules: [
    {
      id: 'no-system-writes',
      phase: 'before',
      operation: 'write',
      pattern: 'system/**',
      when: "subject.type == 'agent'",
      effect: 'deny',
    },
    {
      id: 'mask-email',
      phase: 'after',
      operation: 'read',
      pattern: 'users/*/email',
      effect: 'modify',
      replace_with: '[REDACTED]',
    },
  ],
};
const ACCESS = {
  ...envelope,
  kind: 'access',
  rules: {
    analyst: { labels: ['public', 'internal'] },
    auditor: { input_labels: ['public', 'internal', 'confidential'], output_labels: ['public'] },
  },
};

const pathsOf = (value: unknown): string[] => {
  const { error } = GuardrailDocument.safeParse(value);
  return error === undefined ? [] : problemsOf(error, value, 'POLICY_INVALID').map(({ path }) => path);
};

describe('the schemas of documents', () => {
  test('accept the examples of the contract and leave them as they are', () => {
    expect(GuardrailDocument.parse(GUARDRAIL)).toEqual(GUARDRAIL);
    expect(HooksDocument.parse(HOOKS)).toEqual(HOOKS);
    expect(AccessDocument.parse(ACCESS)).toEqual(ACCESS);
  });

  test('are closed on every level', () => {
    const { rules } = GUARDRAIL;
    expect(pathsOf({ ...GUARDRAIL, enforcement: 'warn' })).toEqual(['/enforcement']);
    expect(pathsOf({ ...GUARDRAIL, applies_to: { subject: ['x'] } })).toEqual(['/applies_to/subject']);
    expect(pathsOf({ ...GUARDRAIL, rules: { ...rules, tool: {} } })).toEqual(['/rules/tool']);
    const entry = { tool: 'x', decision_policy: 'p', approvers: ['a'], approver: 'b' };
    expect(pathsOf({ ...GUARDRAIL, rules: { tools: { require_approval: [entry] } } })).toEqual([
      '/rules/tools/require_approval/0/approver',
    ]);
  });

  test.each([
    ['a thousand', Array.from({ length: 1_000 }, (_, n) => `a-${n}`), []],
    ['more than a thousand', Array.from({ length: 1_001 }, (_, n) => `a-${n}`), ['']],
    ['none', [], ['']],
    ['the same one twice', ['a', ' a '], ['']],
    ['a blank one', ['a', ' \t'], ['/1']],
    ['one whose name is too long', ['a', 'é'.repeat(129)], ['/1']],
    ['the host', [' edict'], ['/0']],
  ])('take approvers as a session takes participants: %s', (_, approvers, refused) => {
    const entry = { tool: 'x', decision_policy: 'p', approvers };
    expect(pathsOf({ ...GUARDRAIL, rules: { tools: { require_approval: [entry] } } })).toEqual(
      refused.map((path) => `/rules/tools/require_approval/0/approvers${path}`),
    );
  });

  test('tell each field from its neighbours: a tool approval has no domain', () => {
    const entry = { domain: 'x', decision_policy: 'p', approvers: ['a'] };
    expect(pathsOf({ ...GUARDRAIL, rules: { tools: { require_approval: [entry] } } }).sort()).toEqual([
      '/rules/tools/require_approval/0/domain',
      '/rules/tools/require_approval/0/tool',
    ]);
  });

  test('name field, value and what is allowed', () => {
    const value = { ...GUARDRAIL, rules: { permissions: { network: { enabled: 'yes' } } } };
    const { error } = GuardrailDocument.safeParse(value);
    expect(error === undefined ? [] : problemsOf(error, value, 'POLICY_INVALID')).toEqual([
      {
        code: 'POLICY_INVALID',
        path: '/rules/permissions/network/enabled',
        message: 'rules.permissions.network.enabled is yes: must be true or false',
        allowed: 'must be true or false',
      },
    ]);
  });
});
