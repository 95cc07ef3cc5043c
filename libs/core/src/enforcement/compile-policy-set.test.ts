import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicySet } from './compile-policy-set.ts';
import type { LiveDocument } from './rules/compiled-document.ts';
import { access, codesOf, document, guardrail, judge, live, request, setOf } from './testing/judge.ts';

const tools = (id: string, blocked: readonly string[]) =>
  guardrail({ tools: { blocked_tools: blocked } }, id);
const decision = {
  policy_id: 'policy.fraud',
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: 'Majority',
  rules: { voting: { algorithm: 'majority' } },
};

const documentOf = (content: object | 'labels' | 'more labels', id: string) =>
  typeof content === 'object'
    ? guardrail(content, id)
    : access({ analyst: { labels: content === 'labels' ? ['p'] : ['p', 'r'] } }, id);

describe('compiling a policy set', () => {
  test('N4 the set says which workspace and which revision it is', () => {
    const set = compilePolicySet({ ws: 'prod', revision: 41, ungoverned: 'allow', documents: [] });
    expect(set).toMatchObject({ ws: 'prod', revision: 41, ungoverned: 'allow' });
  });

  test('uses again what did not change, and compiles what did', () => {
    const first = compilePolicySet({
      ws: 'default',
      revision: 1,
      ungoverned: 'deny',
      documents: [live(tools('a', ['x'])), live(tools('b', ['y'])), live(access({ z: {} }, 'c'))],
    });
    const second = compilePolicySet(
      {
        ws: 'default',
        revision: 2,
        ungoverned: 'deny',
        documents: [
          live(tools('a', ['x'])),
          live(tools('b', ['z']), 'enforce', 2),
          live(access({ z: {} }, 'c'), 'warn'),
        ],
      },
      first,
    );
    expect(second.compiled.get('a')).toBe(first.compiled.get('a'));
    expect(second.compiled.get('b')).not.toBe(first.compiled.get('b'));
    expect(second.compiled.get('c')).not.toBe(first.compiled.get('c'));
    expect(codesOf(judge(second, request('tool.invoke', 'y')))).toEqual(['tool.allowed']);
    expect(codesOf(judge(second, request('tool.invoke', 'z')))).toEqual(['tool.blocked']);
  });

  test('a set that was compiled step by step judges like one compiled at once', () => {
    const documents = [tools('a', ['x']), tools('b', ['y']), tools('c', ['z'])].map((each) => live(each));
    const input = { ws: 'default', ungoverned: 'deny' as const };
    let stepped = compilePolicySet({ ...input, revision: 1, documents: documents.slice(0, 1) });
    stepped = compilePolicySet({ ...input, revision: 2, documents }, stepped);
    stepped = compilePolicySet({ ...input, revision: 3, documents: documents.slice(1) }, stepped);
    const fresh = compilePolicySet({ ...input, revision: 3, documents: documents.slice(1) });
    for (const tool of ['x', 'y', 'z', 'w']) {
      const asked = request('tool.invoke', tool);
      expect(judge(stepped, asked)).toEqual(judge(fresh, asked));
    }
  });

  test('law: whatever was saved and deleted before, a set judges like one compiled at once', () => {
    const tool = fc.constantFrom('x', 'y', 'z', 'x*', '*z', '*y*');
    const content = fc.oneof(
      fc.record({ blocked_tools: fc.array(tool, { maxLength: 3 }) }),
      fc.record({ allowed_tools: fc.array(tool, { minLength: 1, maxLength: 3 }) }),
      // So much at once that indexes are built anew.
      fc.constant({ blocked_tools: ['x', ...Array.from({ length: 600 }, (_, index) => `many-${index}`)] }),
    );
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      content: fc.option(
        fc.oneof(
          content.map((tools) => ({ tools })),
          fc.record({ models: fc.record({ allowed_providers: fc.array(tool, { maxLength: 2 }) }) }),
          fc.constant({ permissions: { network: { require_tls: true } } }),
          fc.constantFrom('labels' as const, 'more labels' as const),
        ),
      ),
      enforcement: fc.constantFrom('enforce', 'enforce', 'warn', 'off'),
    });
    const input = { ws: 'default', ungoverned: 'allow' as const };
    const requests = [
      ...['x', 'y', 'z', 'xyz', 'many-7', 'w'].map((asked) =>
        request('tool.invoke', asked, { properties: { labels: ['q'] } }),
      ),
      ...['x', 'w'].map((provider) => request('model.use', 'm', { context: { provider } })),
      request('net.connect', 'a.example'),
    ];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const documents = new Map<string, LiveDocument>();
        let stepped = compilePolicySet({ ...input, revision: 0, documents: [] });
        for (const [index, { id, content, enforcement }] of steps.entries()) {
          if (content === null) documents.delete(id);
          else documents.set(id, live(documentOf(content, id), enforcement, index + 1));
          const now = { ...input, revision: index + 1, documents: [...documents.values()] };
          stepped = compilePolicySet(now, stepped);
          const fresh = compilePolicySet(now);
          for (const asked of requests) expect(judge(stepped, asked)).toEqual(judge(fresh, asked));
        }
      }),
    );
  });

  test('the audience of one agent is compiled again only when its own documents change', () => {
    const own = (id: string) => ({ ...tools(`own.${id}`, ['x']), applies_to: { subjects: [id] } });
    const input = { ws: 'default', ungoverned: 'deny' as const };
    const first = compilePolicySet({ ...input, revision: 1, documents: [live(own('a')), live(own('b'))] });
    const second = compilePolicySet(
      { ...input, revision: 2, documents: [live(own('a')), live(own('b'), 'enforce', 2)] },
      first,
    );
    const [a, b] = [...first.audiencesByKey.keys()];
    expect(second.audiencesByKey.get(a ?? '')).toBe(first.audiencesByKey.get(a ?? ''));
    expect(second.audiencesByKey.get(b ?? '')).not.toBe(first.audiencesByKey.get(b ?? ''));
  });

  test('nothing of another workspace is used again', () => {
    const documents = [live({ ...tools('a', ['x']), applies_to: { workspaces: ['prod'] } })];
    const prod = compilePolicySet({ ws: 'prod', revision: 1, ungoverned: 'deny', documents });
    const test = compilePolicySet({ ws: 'test', revision: 1, ungoverned: 'deny', documents }, prod);
    expect(prod.compiled.size).toBe(1);
    expect(test.compiled.size).toBe(0);
  });

  test('finds decision policies in force, and those that are built in', () => {
    const set = setOf([live(decision)]);
    expect(set.decisionPolicy('policy.fraud')?.document).toBe(decision);
    expect(set.decisionPolicy('policy.std.majority')).toMatchObject({ kind: 'decision', revision: 0 });
    expect(set.decisionPolicy('policy.std.majority')).toBe(setOf([]).decisionPolicy('policy.std.majority'));
    expect(set.decisionPolicy('policy.unknown')).toBeUndefined();
    expect(setOf([live(decision, 'warn')]).decisionPolicy('policy.fraud')).toBeUndefined();
    expect(setOf([tools('guardrail', [])]).decisionPolicy('guardrail')).toBeUndefined();
  });

  test('collects the limits of all documents', () => {
    const rule = { id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 50, window: '1d' } };
    const limits = document('limits', 'limits.agents', [rule]);
    const asked = request('tool.invoke', 'x');
    expect(setOf([limits]).limits.find(asked)).toMatchObject([{ rule: 'spend' }]);
    expect(setOf([live(limits, 'off')]).limits.find(asked)).toEqual([]);
    expect(codesOf(judge(setOf([limits]), request('tool.invoke', 'x')))).toEqual(['UNGOVERNED']);
  });

  test('a document of a kind that this build does not know is never left out in silence', () => {
    const unknown = { ...live(tools('a', [])), kind: 'profile' };
    expect(() => setOf([unknown])).toThrow('profile');
  });
});
