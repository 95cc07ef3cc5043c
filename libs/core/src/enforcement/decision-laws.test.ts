import type { PolicyDocument } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation } from './evaluate-request.ts';
import { anyDocuments, anyName, anyRequest } from './testing/any-policies.ts';
import { access, codesOf, guardrail, hooks, judge, live, request, setOf } from './testing/judge.ts';

const strength = ({ effect }: Evaluation): number => ['allow', 'escalate', 'deny'].indexOf(effect);

const hook = (id: string, effect: string) => ({
  id,
  phase: 'before',
  operation: 'read',
  pattern: '**',
  effect,
});

/** The same document with every list in its rules turned round. */
const reversed = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  rules: JSON.parse(JSON.stringify(document.rules), (_, value) =>
    Array.isArray(value) ? value.toReversed() : value,
  ),
});

describe('laws of decisions', () => {
  test('N13 the order of documents changes nothing at all', () => {
    fc.assert(
      fc.property(anyDocuments, anyRequest, (documents, asked) => {
        expect(judge(setOf(documents.toReversed()), asked)).toEqual(judge(setOf(documents), asked));
      }),
    );
  });

  test('N13 the order of rules changes neither the decision nor what is reported', () => {
    fc.assert(
      fc.property(anyDocuments, anyRequest, (documents, asked) => {
        const straight = judge(setOf(documents), asked);
        const turned = judge(setOf(documents.map(reversed)), asked);
        expect(turned.effect).toBe(straight.effect);
        expect(turned.governed).toBe(straight.governed);
        expect(codesOf(turned).sort()).toEqual(codesOf(straight).sort());
      }),
    );
  });

  test('N13 adding a deny rule never makes a verdict weaker', () => {
    const blocking = (pattern: string) => (document: PolicyDocument) => {
      const rules = document.rules as { tools?: { blocked_tools?: string[] } };
      if (document.kind !== 'guardrail' || rules.tools === undefined) return document;
      const blocked_tools = [...(rules.tools.blocked_tools ?? []), pattern];
      return { ...document, rules: { tools: { ...rules.tools, blocked_tools } } };
    };
    fc.assert(
      fc.property(anyDocuments, anyRequest, anyName, (documents, asked, pattern) => {
        const before = strength(judge(setOf(documents), asked));
        const additions = [
          [...documents, hooks([{ ...hook('added', 'deny'), pattern: 'a/*' }], 'added')],
          [...documents, access({ analyst: { labels: ['public'] } }, 'added')],
          documents.map(blocking(pattern)),
        ];
        for (const added of additions) {
          expect(strength(judge(setOf(added), asked))).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  test('pain 1: nothing that a request puts where a condition reads lets it through', () => {
    const set = setOf([
      guardrail({
        tools: {
          require_approval: [
            { tool: '*', when: 'context.amount > 1000', decision_policy: 'p', approvers: ['x'] },
          ],
        },
      }),
    ]);
    fc.assert(
      fc.property(fc.jsonValue(), (amount) => {
        const { effect } = judge(set, request('tool.invoke', 'pay', { context: { amount } }));
        expect(effect).toBe(typeof amount === 'number' && amount <= 1000 ? 'allow' : 'escalate');
      }),
    );
  });

  test('equal requests under equal policies give equal bytes', () => {
    fc.assert(
      fc.property(anyDocuments, anyRequest, (documents, asked) => {
        const set = setOf(documents);
        const again = JSON.stringify(judge(setOf(documents), JSON.parse(JSON.stringify(asked))));
        expect(JSON.stringify(judge(set, asked))).toBe(again);
        expect(JSON.stringify(judge(set, asked))).toBe(again);
      }),
    );
  });

  test('N11 documents that are only tried out change nothing but the warnings', () => {
    fc.assert(
      fc.property(anyDocuments, anyDocuments, anyRequest, (enforced, tried, asked) => {
        const shadows = tried.map((document, place) =>
          live({ ...document, policy_id: `shadow.${place}` }, place % 2 === 0 ? 'warn' : 'audit'),
        );
        const { warnings: _, ...alone } = judge(setOf(enforced), asked);
        const { warnings: __, ...beside } = judge(setOf([...shadows, ...enforced]), asked);
        // How many warnings were left out is about warnings.
        expect({ ...beside, omitted: undefined }).toEqual({ ...alone, omitted: undefined });
      }),
    );
  });
});
