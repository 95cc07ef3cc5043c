import fc from 'fast-check';
import { access, guardrail, hooks, request } from './judge.ts';

export const anyName = fc.constantFrom('a', 'b', 'a.b', '*', 'a*', '*b');
const anyGuardrail = fc.record({
  tools: fc.record(
    {
      allowed_tools: fc.array(anyName, { maxLength: 3 }),
      blocked_tools: fc.array(anyName, { maxLength: 2 }),
      require_approval: fc.array(
        fc.record({
          tool: anyName,
          when: fc.constantFrom('context.n > 1', 'context.n == 0', 'context.x', 'true'),
          decision_policy: fc.constantFrom('p', 'q'),
          approvers: fc.constant(['x']),
        }),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  ),
});
const anyHook = fc.oneof(
  fc.record({
    pattern: fc.constantFrom('a', 'a/*', '**', 'b'),
    phase: fc.constant('before'),
    effect: fc.constantFrom('deny', 'log', 'allow'),
    when: fc.constantFrom('context.n > 1', 'context.x', 'true', 'false'),
  }),
  fc.record({
    pattern: fc.constantFrom('a', 'a/*', '**', 'b'),
    phase: fc.constant('after'),
    effect: fc.constant('modify'),
    replace_with: fc.constantFrom('x', 'y', null),
  }),
);
const anyHooks = fc
  .array(anyHook, { maxLength: 4 })
  .map((rules) => rules.map((rule, place) => ({ id: `r${place}`, operation: 'read', ...rule })));
const anyAccess = fc.record({ analyst: fc.record({ labels: fc.subarray(['public', 'internal']) }) });

export const anyDocuments = fc
  .array(
    fc.oneof(
      anyGuardrail.map((rules) => (id: string) => guardrail(rules, id)),
      anyHooks.map((rules) => (id: string) => hooks(rules, id)),
      anyAccess.map((rules) => (id: string) => access(rules, id)),
    ),
    { maxLength: 6 },
  )
  .map((makers) => makers.map((make, place) => make(`policy.${place}`)));

export const anyRequest = fc
  .record({
    target: fc.constantFrom<[string, string]>(
      ['tool.invoke', 'a'],
      ['tool.invoke', 'a.b'],
      ['tool.invoke', 'c'],
      ['data.read', 'a'],
      ['data.read', 'a/b'],
    ),
    context: fc.record({ n: fc.constantFrom(0, 2, 'two') }, { requiredKeys: [] }),
    labels: fc.constantFrom('public', 'internal', 'secret'),
  })
  .map(({ target: [action, id], context, labels }) =>
    request(action, id, { context, properties: { labels } }),
  );
