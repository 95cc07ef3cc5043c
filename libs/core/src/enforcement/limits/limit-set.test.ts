import type { AppliesTo, DecisionRequest, Enforcement, PolicyDocument } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changePolicySet, compilePolicySet, type PolicySet } from '../compile-policy-set.ts';
import type { LiveDocument } from '../rules/compiled-document.ts';
import { document, live, request, setOf } from '../testing/judge.ts';

interface Rule {
  readonly id: string;
  readonly actions?: readonly string[] | undefined;
}

const limits = (id: string, rules: readonly Rule[], applies_to?: AppliesTo): PolicyDocument =>
  document(
    'limits',
    id,
    rules.map((rule) => ({
      ...rule,
      measure: 'requests',
      key: ['agent'],
      rate: { limit: 1, period: '1s' },
    })),
    applies_to,
  );

const ofAgent = (number: number): PolicyDocument =>
  limits(`own.${number}`, [{ id: 'spend' }], { subjects: [`agent-${number}`] });

const asked = (id: string, { type = 'agent', action = 'tool.invoke' } = {}): DecisionRequest =>
  request(action, 'x', { subject: { type, id } });

const found = (set: PolicySet, by: DecisionRequest): string[] =>
  set.limits.find(by).map(({ document, rule }) => `${document.policy_id}@${document.revision}/${rule}`);

/** Slow and obvious: asks every limit of every document, in the order of their ids. */
const askEvery = (documents: Iterable<LiveDocument>, { subject, action }: DecisionRequest): string[] =>
  [...documents]
    .filter(({ enforcement }) => enforcement !== 'off')
    .sort((a, b) => (a.policy_id < b.policy_id ? -1 : 1))
    .flatMap(({ policy_id, revision, document }) => {
      const { subjects, types } = document.applies_to ?? {};
      if (types !== undefined && !types.includes(subject.type)) return [];
      if (subjects !== undefined && !subjects.some((pattern) => fits(pattern, subject.id))) return [];
      return (document.rules as Rule[])
        .filter(({ actions }) => actions === undefined || actions.includes(action.name))
        .map(({ id }) => `${policy_id}@${revision}/${id}`);
    });

const fits = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);

const next = (set: PolicySet, changes: readonly (readonly [string, LiveDocument | undefined])[]): PolicySet =>
  changePolicySet(set, {
    revision: set.revision + 1,
    ungoverned: 'deny',
    documents: new Map(changes),
  });

const save = (document: PolicyDocument, revision: number): readonly [string, LiveDocument] => [
  document.policy_id,
  live(document, 'enforce', revision),
];

describe('the limits of a set', () => {
  test('are those of everybody, of the type and of the subject, if they count the action', () => {
    const set = setOf([
      limits('d', [{ id: 'all' }, { id: 'reads', actions: ['data.read'] }, { id: 'more' }]),
      limits('c', [{ id: 'users' }], { types: ['user'] }),
      limits('b', [{ id: 'team' }], { subjects: ['pay-*', '*-1'], types: ['agent', 'service'] }),
      limits('a', [{ id: 'own', actions: ['tool.invoke', 'tool.invoke'] }], { subjects: ['pay-1'] }),
    ]);
    expect(found(set, asked('pay-1'))).toEqual(['a@1/own', 'b@1/team', 'd@1/all', 'd@1/more']);
    expect(found(set, asked('pay-1', { type: 'user', action: 'data.read' }))).toEqual([
      'c@1/users',
      'd@1/all',
      'd@1/reads',
      'd@1/more',
    ]);
    expect(found(set, asked('other'))).toEqual(['d@1/all', 'd@1/more']);
  });

  test('law: are found as if every limit were asked, whatever was saved and deleted before', () => {
    const names = fc.constantFrom('a', 'b', 'ab', 'ba', 'agent-7');
    const patterns = fc.oneof(names, fc.constantFrom('*', 'a*', '*b', '*a*', 'agent-*'));
    const types = fc.constantFrom('agent', 'user');
    const actions = fc.constantFrom('tool.invoke', 'data.read');
    const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
    const content = fc.record({
      rules: fc
        .array(fc.option(some(actions), { nil: undefined }), { maxLength: 3 })
        .map((all) => all.map((actions, i): Rule => ({ id: `l${i}`, ...(actions && { actions }) }))),
      applies_to: fc.record({ subjects: some(patterns), types: some(types) }, { requiredKeys: [] }),
    });
    const change = fc.record({
      id: fc.constantFrom('a', 'm', 'own.3', 'own.7', 'own.70', 'z'),
      content: fc.option(content),
      enforcement: fc.constantFrom<Enforcement>('enforce', 'enforce', 'warn', 'off'),
    });
    const requests = ['a', 'b', 'ab', 'ba', 'agent-3', 'agent-7', 'c'].flatMap((id) => [
      asked(id),
      asked(id, { type: 'user' }),
      asked(id, { action: 'data.read' }),
    ]);
    fc.assert(
      fc.property(fc.constantFrom(0, 10, 80), fc.array(change, { maxLength: 24 }), (agents, changes) => {
        const documents = new Map(Array.from({ length: agents }, (_, i) => save(ofAgent(i), 1)));
        let set = setOf([...documents.values()]);
        for (const [step, { id, content, enforcement }] of changes.entries()) {
          const saved =
            content === null
              ? undefined
              : live(limits(id, content.rules, content.applies_to), enforcement, step + 2);
          if (saved === undefined) documents.delete(id);
          else documents.set(id, saved);
          set = next(set, [[id, saved]]);
          const { ws, revision, ungoverned } = set;
          const fresh = compilePolicySet({ ws, revision, ungoverned, documents: [...documents.values()] });
          for (const each of requests) {
            const expected = askEvery(documents.values(), each);
            expect(found(set, each)).toEqual(expected);
            expect(found(fresh, each)).toEqual(expected);
          }
        }
      }),
    );
  });

  test('are indexed anew only when many have changed', () => {
    const first = setOf(Array.from({ length: 80 }, (_, i) => ofAgent(i)));
    const base = ({ limits }: PolicySet) => limits.layers.base;
    const second = next(first, [save(ofAgent(7), 2), ['own.8', undefined]]);
    expect(base(second)).toBe(base(first));
    expect(found(second, asked('agent-7'))).toEqual(['own.7@2/spend']);
    expect(found(second, asked('agent-8'))).toEqual([]);
    expect(found(first, asked('agent-8'))).toEqual(['own.8@1/spend']);
    const third = next(
      second,
      Array.from({ length: 20 }, (_, i) => save(ofAgent(i), 3)),
    );
    expect(base(third)).not.toBe(base(first));
    expect(found(third, asked('agent-7'))).toEqual(['own.7@3/spend']);
  });

  test('stay as they are when only other kinds of documents change', () => {
    const first = setOf([ofAgent(1)]);
    const other = document('guardrail', 'guardrail.a', { tools: { blocked_tools: ['x'] } });
    expect(next(first, [save(other, 2)]).limits).toBe(first.limits);
  });
});
