import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDocument } from './check-document.ts';

const approval = {
  tool: 'ledger.transfer',
  decision_policy: 'policy.fraud.majority-veto',
  approvers: ['fraud', 'risk'],
};
const guardrail = (rules: unknown, more: object = {}) => ({
  policy_id: 'guardrail.payments',
  kind: 'guardrail',
  schema_version: 1,
  description: 'What payment agents may touch',
  rules,
  ...more,
});
const hook = (more: object) => ({
  policy_id: 'hooks.customers',
  kind: 'hooks',
  schema_version: 1,
  description: 'Who sees what',
  rules: [{ id: 'r', phase: 'before', operation: 'read', pattern: 'users/**', effect: 'deny', ...more }],
});

/** Code and pointer of every problem. */
const problems = (value: unknown): string[] => {
  const checked = checkDocument(value);
  return checked.ok ? [] : checked.problems.map(({ code, path }) => `${code} ${path}`);
};
const warnings = (value: unknown): string[] => {
  const checked = checkDocument(value);
  return checked.ok ? checked.warnings.map(({ code, path }) => `${code} ${path}`) : ['refused'];
};

describe('checking a document', () => {
  test('accepts a guardrail with every section that can be enforced, and gives the same value back', () => {
    const document = guardrail(
      {
        tools: {
          allowed_tools: ['ledger.*'],
          blocked_tools: ['ledger.delete'],
          require_approval: [approval],
        },
        permissions: {
          network: {
            enabled: true,
            require_tls: true,
            allowed_domains: ['*.bank.example'],
            blocked_domains: [],
          },
        },
        capabilities: { allowed_capabilities: ['github:*'], blocked_capabilities: ['github:repo:*'] },
        models: { allowed_providers: ['openai'], allowed_models: [], blocked_models: ['gpt-3.5-*'] },
      },
      { applies_to: { subjects: ['payments-*'], types: ['agent'], workspaces: ['prod-*'] } },
    );
    const checked = checkDocument(document);
    expect(checked).toEqual({ ok: true, kind: 'guardrail', document, warnings: [] });
    expect(checked.ok && checked.document).toBe(document);
  });

  test('accepts hooks on reads and label access', () => {
    expect(problems(hook({}))).toEqual([]);
    expect(problems(hook({ phase: 'after', effect: 'modify', replace_with: null }))).toEqual([]);
    const access = {
      analyst: { labels: ['public'] },
      auditor: { input_labels: ['a'], output_labels: ['b'] },
    };
    expect(problems({ ...hook({}), kind: 'access', rules: access })).toEqual([]);
  });

  test('MA-01 a MACP descriptor is a decision document without saying so', () => {
    const descriptor = {
      policy_id: 'policy.fraud.majority-veto',
      mode: 'macp.mode.decision.v1',
      schema_version: 1,
      description: 'Majority with a veto',
      rules: { voting: { algorithm: 'majority', threshold: 0.5 } },
    };
    expect(checkDocument(descriptor)).toMatchObject({ ok: true, kind: 'decision' });
  });

  test('reports every problem at once, each with a JSON pointer', () => {
    const document = {
      policy_id: '',
      kind: 'guardrail',
      schema_version: 0,
      description: 7,
      surprise: true,
      rules: {
        tools: { alowed_tools: [], blocked_tools: 'x' },
        permissions: { network: { enabled: 'yes' } },
      },
    };
    expect(problems(document).sort()).toEqual(
      [
        '/description',
        '/policy_id',
        '/rules/permissions/network/enabled',
        '/rules/tools/alowed_tools',
        '/rules/tools/blocked_tools',
        '/schema_version',
        '/surprise',
      ].map((path) => `POLICY_INVALID ${path}`),
    );
  });

  test.each([
    ['nothing', undefined, 'POLICY_INVALID '],
    ['a list', [], 'POLICY_INVALID '],
    ['a text', 'guardrail', 'POLICY_INVALID '],
    ['no kind', { policy_id: 'x' }, 'POLICY_INVALID /kind'],
    ['an unknown kind', { kind: 'guardrails' }, 'POLICY_INVALID /kind'],
    ['a kind named like something of a prototype', { kind: 'constructor' }, 'POLICY_INVALID /kind'],
    ['a planned kind', { kind: 'profile' }, 'UNSUPPORTED /kind'],
  ])('refuses %s', (_, value, expected) => {
    expect(problems(value)).toEqual([expected]);
  });

  test('says UNSUPPORTED, with a pointer, to what is well-formed and cannot be enforced', () => {
    const document = guardrail({
      permissions: { filesystem: { enabled: true, allowed_paths: ['/workspace/*'] } },
      api: { allowed_apis: ['stripe'] },
      rate_limits: { requests: { max_per_minute: 60 } },
    });
    expect(problems(document)).toEqual([
      'UNSUPPORTED /rules/permissions/filesystem',
      'UNSUPPORTED /rules/api',
      'UNSUPPORTED /rules/rate_limits',
    ]);
    expect(problems(guardrail({ tools: {} }, { schema_version: 2 }))).toEqual([
      'UNSUPPORTED /schema_version',
    ]);
    expect(problems(hook({ operation: 'write' }))).toEqual(['UNSUPPORTED /rules/0/operation']);
    expect(problems(hook({ operation: 'delete' }))).toEqual(['UNSUPPORTED /rules/0/operation']);
  });

  test('N14 repair: a bad pattern is refused at save, in every list, with its place', () => {
    const entry = { decision_policy: 'p', approvers: ['x'] };
    const document = guardrail(
      {
        tools: { allowed_tools: [''] },
        permissions: {
          network: {
            allowed_domains: ['ok.example', 'https://x.example'],
            blocked_domains: ['bánk.example'],
            require_approval: [{ ...entry, domain: 'a:1' }],
          },
        },
        capabilities: {
          allowed_capabilities: ['github:create_*'],
          require_approval: [{ ...entry, capability: 'a:' }],
        },
        models: { allowed_providers: [''] },
      },
      { applies_to: { subjects: ['ok', ''] } },
    );
    expect(problems(document).sort()).toEqual(
      [
        '/applies_to/subjects/1',
        '/rules/capabilities/allowed_capabilities/0',
        '/rules/capabilities/require_approval/0/capability',
        '/rules/models/allowed_providers/0',
        '/rules/permissions/network/allowed_domains/1',
        '/rules/permissions/network/blocked_domains/0',
        '/rules/permissions/network/require_approval/0/domain',
        '/rules/tools/allowed_tools/0',
      ].map((path) => `POLICY_INVALID ${path}`),
    );
  });

  test('reports what is ill-formed, what is wrong and what cannot be enforced together, each once', () => {
    const document = guardrail({
      surprise: 1,
      tools: { allowed_tools: [7], require_approval: [{ ...approval, when: '1 +', approvers: [] }] },
      permissions: { network: { allowed_domains: ['a:1', 7] }, filesystem: 'banana' },
      api: { allowed_apis: ['stripe'] },
    });
    expect(problems(document).sort()).toEqual([
      'POLICY_INVALID /rules/permissions/filesystem',
      'POLICY_INVALID /rules/permissions/network/allowed_domains/0',
      'POLICY_INVALID /rules/permissions/network/allowed_domains/1',
      'POLICY_INVALID /rules/surprise',
      'POLICY_INVALID /rules/tools/allowed_tools/0',
      'POLICY_INVALID /rules/tools/require_approval/0/approvers',
      'POLICY_INVALID /rules/tools/require_approval/0/when',
      'UNSUPPORTED /rules/api',
    ]);
    const rules = [{ id: 'a', phase: 'during', operation: 'read', pattern: '**x', effect: 'deny' }, 7];
    expect(problems({ ...hook({}), rules }).sort()).toEqual([
      'POLICY_INVALID /rules/0/pattern',
      'POLICY_INVALID /rules/0/phase',
      'POLICY_INVALID /rules/1',
    ]);
  });

  test('no JSON value at all makes the check throw', () => {
    const kind = fc.constantFrom('guardrail', 'hooks', 'access', 'limits', 'decision', 'profile', undefined);
    fc.assert(
      fc.property(fc.jsonValue(), kind, fc.jsonValue(), (rules, kind, applies_to) => {
        expect(checkDocument({ ...hook({}), kind, rules, applies_to }).ok).toBeTypeOf('boolean');
      }),
    );
  });

  test.each([
    ['no approvers', { approvers: [] }, 'POLICY_INVALID', 'approvers'],
    ['an approver twice', { approvers: ['a', 'a'] }, 'POLICY_INVALID', 'approvers'],
    ['an approver that cannot vote', { approvers: ['edict'] }, 'POLICY_INVALID', 'approvers/0'],
    ['a deadline over 24 h', { within: '25h' }, 'POLICY_INVALID', 'within'],
    ['no deadline at all', { within: '0s' }, 'POLICY_INVALID', 'within'],
    ['no decision policy', { decision_policy: undefined }, 'POLICY_INVALID', 'decision_policy'],
    ['a condition that backtracks', { when: "resource.id.matches('x')" }, 'UNSUPPORTED', 'when'],
  ])('SK-25 refuses an approval rule with %s', (_, more, code, field) => {
    expect(problems(guardrail({ tools: { require_approval: [{ ...approval, ...more }] } }))).toEqual([
      `${code} /rules/tools/require_approval/0/${field}`,
    ]);
  });

  test('refuses a selector that fits nobody', () => {
    expect(problems(guardrail({ tools: {} }, { applies_to: { subjects: [] } }))).toEqual([
      'POLICY_INVALID /applies_to/subjects',
    ]);
  });

  test('refuses a principal that would name a prototype', () => {
    const rules: unknown = JSON.parse('{"__proto__":{"labels":[]}}');
    expect(problems({ ...hook({}), kind: 'access', rules })).toEqual(['POLICY_INVALID /rules/__proto__']);
  });

  test('warns of what is allowed and probably not meant', () => {
    expect(warnings(guardrail({}))).toEqual(['NO_EFFECT /rules']);
    expect(warnings(guardrail({ tools: { allowed_tools: ['a', 'b'], blocked_tools: ['b'] } }))).toEqual([
      'NO_EFFECT /rules/tools/allowed_tools/1',
    ]);
    expect(warnings(guardrail({ tools: { blocked_tools: ['a '] } }))).toEqual([
      'SPACE_IN_PATTERN /rules/tools/blocked_tools/0',
    ]);
    expect(warnings({ ...hook({}), kind: 'access', rules: { 'a/b': { labels: [] } } })).toEqual([
      'EMPTY_LIST /rules/a~1b/labels',
    ]);
  });
});

describe('the ids of built-in decision policies', () => {
  test('belong to no document of another kind', () => {
    for (const policy_id of ['policy.default', 'policy.std.mine']) {
      const document = {
        policy_id,
        kind: 'guardrail',
        schema_version: 1,
        description: 'x',
        rules: { tools: { allowed_tools: ['a'] } },
      };
      const checked = checkDocument(document);
      expect(checked).toMatchObject({
        ok: false,
        problems: [{ code: 'POLICY_INVALID', path: '/policy_id' }],
      });
    }
  });

  test.each<[string, (entries: number) => unknown]>([
    ['patterns', (entries) => network(Array(entries).fill('-'))],
    ['values and patterns', (entries) => network([...Array(entries).fill(''), ...Array(entries).fill('-')])],
    ['hooks', (entries) => ({ ...hook({}), rules: Array(entries).fill({ id: 'a', operation: 'write' }) })],
  ])('looks at a pointer a few times, however many %s are wrong', (_, documentOf) => {
    const looksFor = (entries: number): number => {
      const document = documentOf(entries);
      return looksAtTexts(() => expect(problems(document).length).toBeGreaterThanOrEqual(entries));
    };
    expect(looksFor(2000)).toBeLessThan(3 * looksFor(1000));
  });

  test('says once what is wrong at a place, and nothing about what holds it', () => {
    const rule = { id: 'a', phase: 'before', operation: 'write', pattern: 'a', effect: 'deny' };
    const rules = [rule, { ...rule, id: 'b' }, { ...rule, id: '' }, { ...rule, operation: '' }];
    expect(problems({ ...hook({}), rules })).toEqual([
      'POLICY_INVALID /rules/2/id',
      'POLICY_INVALID /rules/3/operation',
      'UNSUPPORTED /rules/0/operation',
      'UNSUPPORTED /rules/1/operation',
      'UNSUPPORTED /rules/2/operation',
      'POLICY_INVALID /rules/3/id',
    ]);
  });
});

const network = (blocked_domains: unknown) => guardrail({ permissions: { network: { blocked_domains } } });

/** How often texts are searched or compared by their beginnings while something is done. */
const looksAtTexts = (act: () => void): number => {
  const { startsWith, lastIndexOf } = String.prototype;
  let looks = 0;
  String.prototype.startsWith = function (...args) {
    looks += 1;
    return startsWith.apply(this, args);
  };
  String.prototype.lastIndexOf = function (...args) {
    looks += 1;
    return lastIndexOf.apply(this, args);
  };
  try {
    act();
  } finally {
    Object.assign(String.prototype, { startsWith, lastIndexOf });
  }
  return looks;
};
