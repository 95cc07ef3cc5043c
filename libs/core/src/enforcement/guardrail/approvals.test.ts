import { describe, expect, test } from 'vitest';
import { guardrail, judge, request, setOf } from '../testing/judge.ts';

const TOOLS = { tools: { allowed_tools: ['ledger.*', 'mail.send'], blocked_tools: ['ledger.delete'] } };

describe('approvals', () => {
  const approval = (more: object = {}) => ({
    tool: 'ledger.transfer',
    decision_policy: 'policy.fraud',
    approvers: ['fraud', 'risk'],
    ...more,
  });
  const rules = (more: object = {}) => ({ tools: { ...TOOLS.tools, require_approval: [approval(more)] } });
  const asked = (context?: Record<string, unknown>) =>
    request('tool.invoke', 'ledger.transfer', context === undefined ? {} : { context });
  const judged = (more: object, context?: Record<string, unknown>) =>
    judge(setOf([guardrail(rules(more))]), asked(context));

  test('SK-25 a matching approval rule escalates and says who has to agree', () => {
    const { effect, approvals, reasons } = judged({ within: '5m' });
    expect(effect).toBe('escalate');
    expect(reasons[0]).toMatchObject({ code: 'tool.requires_approval', effect: 'escalate' });
    expect(approvals).toEqual([
      {
        policy_id: 'guardrail.test',
        revision: 1,
        rule: 'tools.require_approval[0]',
        decision_policy: 'policy.fraud',
        approvers: ['fraud', 'risk'],
        within_ms: 300_000,
      },
    ]);
  });

  test('SK-25 approvers have 15 minutes unless the rule says otherwise', () => {
    expect(judged({}).approvals[0]?.within_ms).toBe(900_000);
  });

  test('SK-25 an approval rule whose condition fails asks nobody', () => {
    const when = 'context.amount > 1000';
    expect(judged({ when }, { amount: 1000 }).effect).toBe('allow');
    expect(judged({ when }, { amount: 1001 }).effect).toBe('escalate');
  });

  test.each([
    ['is missing', undefined],
    ['is of another type', { amount: 'plenty' }],
  ])('SK-25 an approval rule holds when what it reads %s', (_, context) => {
    const { effect, warnings } = judged({ when: 'context.amount > 1000' }, context);
    expect(effect).toBe('escalate');
    expect(warnings).toMatchObject([{ code: 'CONDITION_ERROR', rule: 'tools.require_approval[0]' }]);
  });

  test('SK-25 a deny beats an approval, and then nobody is asked', () => {
    const blocked = guardrail({ tools: { blocked_tools: ['ledger.*'] } }, 'b');
    const { effect, approvals, reasons } = judge(setOf([guardrail(rules(), 'a'), blocked]), asked());
    expect(effect).toBe('deny');
    expect(approvals).toEqual([]);
    expect(reasons.map(({ code }) => code)).toEqual([
      'tool.blocked',
      'tool.requires_approval',
      'tool.allowed',
    ]);
  });

  test.each([
    [
      'net.connect',
      'a.example',
      { permissions: { network: { require_approval: [{ domain: '*.example' }] } } },
    ],
    ['capability.use', 'a:b', { capabilities: { require_approval: [{ capability: 'a:*' }] } }],
    ['model.use', 'gpt-5', { models: { require_approval: [{ model: 'gpt-*' }] } }],
  ])('SK-25 approvals exist for %s', (action, id, sections) => {
    const filled = JSON.parse(JSON.stringify(sections), (key, value) =>
      key === '0' ? { ...value, decision_policy: 'p', approvers: ['x'] } : value,
    );
    expect(judge(setOf([guardrail(filled)]), request(action, id)).effect).toBe('escalate');
  });
});
