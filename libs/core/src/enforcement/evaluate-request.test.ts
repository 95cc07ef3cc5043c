import { BOUNDS } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { access, codesOf, guardrail, hooks, judge, live, request, setOf } from './testing/judge.ts';

describe('who speaks', () => {
  test('a request that nobody speaks about is denied', () => {
    const judged = judge(setOf([]), request('tool.invoke', 'ledger.read'));
    expect(judged).toEqual({
      effect: 'deny',
      governed: false,
      reasons: [
        {
          code: 'UNGOVERNED',
          effect: 'deny',
          message:
            'No policy in force speaks about tool.invoke on tool ledger.read by analyst, so it is denied.',
        },
      ],
      warnings: [],
      obligations: [],
      approvals: [],
      documents: [],
      omitted: undefined,
    });
  });

  test('in an open workspace it is allowed, and the verdict says why', () => {
    const judged = judge(setOf([], 'allow'), request('tool.invoke', 'ledger.read'));
    expect(judged).toMatchObject({ effect: 'allow', governed: false, reasons: [{ code: 'UNGOVERNED' }] });
  });

  test('a guardrail speaks about the actions of its sections and no others', () => {
    const set = setOf([guardrail({ tools: {} })]);
    expect(judge(set, request('tool.invoke', 'x')).governed).toBe(true);
    for (const action of ['net.connect', 'model.use', 'capability.use', 'data.read', 'api.call', 'my.own']) {
      expect(codesOf(judge(set, request(action, 'x')))).toEqual(['UNGOVERNED']);
    }
  });

  test('a section that is off speaks all the same', () => {
    const set = setOf([guardrail({ permissions: { network: { enabled: false } } })], 'allow');
    expect(codesOf(judge(set, request('net.connect', 'a.example')))).toEqual(['network.disabled']);
  });

  test('a document for others neither speaks nor restricts', () => {
    const set = setOf([
      { ...guardrail({ tools: { blocked_tools: ['*'] } }, 'a'), applies_to: { subjects: ['payments-*'] } },
      { ...guardrail({ tools: { blocked_tools: ['*'] } }, 'b'), applies_to: { types: ['service'] } },
      { ...guardrail({ tools: { blocked_tools: ['*'] } }, 'c'), applies_to: { workspaces: ['prod-*'] } },
      guardrail({ tools: {} }, 'd'),
    ]);
    expect(codesOf(judge(set, request('tool.invoke', 'x')))).toEqual(['tool.allowed']);
    const subject = { id: 'payments-7', type: 'service' };
    const denied = judge(set, request('tool.invoke', 'x', { subject }));
    expect(denied.reasons.map(({ policy_id }) => policy_id)).toEqual(['a', 'b']);
  });

  test('a selector whose patterns fit a subject twice counts once', () => {
    const document = guardrail({ tools: { blocked_tools: ['x'] } });
    const set = setOf([{ ...document, applies_to: { subjects: ['a*', '*t', 'analyst'] } }]);
    expect(codesOf(judge(set, request('tool.invoke', 'x')))).toEqual(['tool.blocked']);
  });

  test('every part of a selector must fit', () => {
    const applies_to = { subjects: ['analyst'], types: ['service'] };
    const set = setOf([{ ...guardrail({ tools: {} }), applies_to }]);
    expect(judge(set, request('tool.invoke', 'x')).governed).toBe(false);
    expect(judge(set, request('tool.invoke', 'x', { subject: { type: 'service' } })).governed).toBe(true);
  });
});

describe('documents that are only tried out', () => {
  const strict = guardrail({ tools: { allowed_tools: ['a'] } }, 'draft');
  const open = guardrail({ tools: {} }, 'open');

  test.each(['warn', 'audit'] as const)('N11 a %s document denies nothing and reports it', (enforcement) => {
    const judged = judge(setOf([open, live(strict, enforcement)]), request('tool.invoke', 'b'));
    expect(judged.effect).toBe('allow');
    expect(judged.documents.map(({ policy_id }) => policy_id)).toEqual(['open']);
    expect(judged.warnings).toMatchObject([
      { policy_id: 'draft', code: 'tool.not_allowed', effect: 'deny', enforcement },
    ]);
  });

  test.each(['warn', 'audit'] as const)('N11 a %s document governs nothing and reports it', (enforcement) => {
    const judged = judge(setOf([live(strict, enforcement)]), request('tool.invoke', 'a'));
    expect(codesOf(judged)).toEqual(['UNGOVERNED']);
    expect(judged.warnings).toMatchObject([{ code: 'tool.allowed', effect: 'allow', enforcement }]);
  });

  test('a document that is off is not there', () => {
    const judged = judge(setOf([open, live(strict, 'off')]), request('tool.invoke', 'b'));
    expect(judged).toMatchObject({ effect: 'allow', warnings: [] });
  });
});

describe('what a verdict lists', () => {
  test('at most 64 reasons, strongest first, and how many more there are', () => {
    const many = Array.from({ length: 300 }, (_, place) =>
      guardrail({ tools: { blocked_tools: ['x'] } }, `g.${String(place).padStart(3, '0')}`),
    );
    const allowing = guardrail({ tools: { allowed_tools: ['x'] } }, 'a.first');
    const judged = judge(setOf([allowing, ...many]), request('tool.invoke', 'x'));
    expect(judged.reasons).toHaveLength(BOUNDS.reasons);
    expect(judged.reasons.every(({ effect }) => effect === 'deny')).toBe(true);
    expect(judged.documents).toHaveLength(BOUNDS.documents);
    expect(judged.omitted).toEqual({ reasons: 237, warnings: 0, documents: 45 });
  });

  test('the effect considers what is not listed', () => {
    const many = Array.from({ length: 100 }, (_, place) => hooks([hook(`h${place}`, 'log')], `h.${place}`));
    const judged = judge(setOf([...many, hooks([hook('z', 'deny')], 'z')]), request('data.read', 'k'));
    expect(judged.effect).toBe('deny');
    expect(judged.reasons[0]?.rule).toBe('z');
  });

  test('at most 64 warnings', () => {
    const many = Array.from({ length: 70 }, (_, place) =>
      live(guardrail({ tools: { blocked_tools: ['x'] } }, `g.${place}`), 'audit'),
    );
    const judged = judge(setOf([guardrail({ tools: {} }), ...many]), request('tool.invoke', 'x'));
    expect(judged.warnings).toHaveLength(BOUNDS.warnings);
    expect(judged.omitted).toEqual({ reasons: 0, warnings: 6, documents: 0 });
  });

  test('a huge resource id does not make a huge reason', () => {
    const judged = judge(setOf([guardrail({ tools: {} })]), request('tool.invoke', 'x'.repeat(60_000)));
    expect(judged.reasons[0]?.message.length).toBeLessThan(200);
  });

  test('a denial asks for nothing and keeps every kind of reason', () => {
    const set = setOf([
      guardrail({
        tools: { require_approval: [{ tool: 'x', decision_policy: 'p', approvers: ['a'] }] },
      }),
      access({ analyst: { labels: ['public'] } }),
    ]);
    const labels = { input: 'confidential', output: 'internal' };
    const judged = judge(set, request('tool.invoke', 'x', { properties: { labels } }));
    expect(judged).toMatchObject({ effect: 'deny', approvals: [], obligations: [] });
    expect(codesOf(judged)).toEqual(['access.label', 'tool.requires_approval']);
    expect(judged.documents).toHaveLength(2);
  });
});

const hook = (id: string, effect: string) => ({
  id,
  phase: 'before',
  operation: 'read',
  pattern: '**',
  effect,
});
