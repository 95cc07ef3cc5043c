import type { PolicyDocument } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { compilePolicySet } from '../compile-policy-set.ts';
import { kindModule } from '../kinds.ts';
import { access, codesOf, guardrail, judge, live, request, setOf } from '../testing/judge.ts';
import { type DocumentIndex, indexDocuments, type SharedCheck } from './document-index.ts';
import { buildDocument } from './set-builder.ts';

const indexOf = (documents: readonly PolicyDocument[]): DocumentIndex =>
  indexDocuments(
    documents.map((document) =>
      buildDocument(live(document), (each, into) => kindModule(each.kind).compile(each, into)),
    ),
  );
const many = (rules: (place: number) => unknown): PolicyDocument[] =>
  Array.from({ length: 100 }, (_, place) => guardrail(rules(place), `g.${place}`));

/** An object whose one field counts how often it is read. */
const counted = (field: string, value: unknown) => {
  const counter = { reads: 0, object: {} as Record<string, unknown> };
  Object.defineProperty(counter.object, field, {
    enumerable: true,
    get: () => {
      counter.reads += 1;
      return value;
    },
  });
  return counter;
};

describe('what many documents demand alike', () => {
  test('is looked at once in a request: TLS', () => {
    const set = setOf(many(() => ({ permissions: { network: { require_tls: true } } })));
    const context = counted('protocol', 'https');
    expect(judge(set, request('net.connect', 'a.example', { context: context.object })).effect).toBe('allow');
    expect(context.reads).toBe(1);
  });

  test('is looked at once in a request: the provider, whatever their lists are', () => {
    const set = setOf(many((place) => ({ models: { allowed_providers: ['openai', `own-${place}-*`] } })));
    const context = counted('provider', 'openai');
    expect(judge(set, request('model.use', 'm', { context: context.object })).effect).toBe('allow');
    expect(context.reads).toBe(1);
  });

  test('is looked through once: lists of labels that are alike', () => {
    const lists = [['p'], ['p', 'q']];
    const index = indexOf(
      Array.from({ length: 100 }, (_, place) =>
        access({ analyst: { labels: lists[place % 2] }, other: { labels: ['p'] } }, `a.${place}`),
      ),
    );
    const found: SharedCheck[] = [];
    index.subjects.collect('analyst', found);
    expect(found).toHaveLength(2);
  });

  test('is said by each of them when it is not met', () => {
    const set = setOf(many(() => ({ permissions: { network: { require_tls: true } } })).slice(0, 3));
    const judged = judge(set, request('net.connect', 'a.example', { context: { protocol: 'http' } }));
    expect(judged.reasons.map(({ policy_id, code }) => `${policy_id} ${code}`)).toEqual([
      'g.0 network.tls_required',
      'g.1 network.tls_required',
      'g.2 network.tls_required',
    ]);
  });

  test('is said no more by a document that is gone or does not demand it any more', () => {
    const tls = (require_tls: boolean) => ({ permissions: { network: { require_tls } } });
    const input = { ws: 'default', ungoverned: 'deny' as const };
    const first = compilePolicySet({
      ...input,
      revision: 1,
      documents: ['a', 'b', 'c'].map((id) => live(guardrail(tls(true), id))),
    });
    const second = compilePolicySet(
      {
        ...input,
        revision: 2,
        documents: [live(guardrail(tls(true), 'b')), live(guardrail(tls(false), 'c'), 'enforce', 2)],
      },
      first,
    );
    const judged = judge(second, request('net.connect', 'a.example'));
    expect(codesOf(judged)).toEqual(['network.tls_required']);
    expect(judged.documents.map(({ policy_id }) => policy_id)).toEqual(['b']);
  });
});

describe('an index', () => {
  test('has nothing about actions that its documents do not name', () => {
    const index = indexOf([guardrail({ tools: { blocked_tools: ['x'] } })]);
    expect([...index.actions.keys()]).toEqual(['tool.invoke']);
  });

  test('shares what is empty', () => {
    const one = indexOf([guardrail({ tools: {} }, 'a')]).actions.get('tool.invoke');
    const other = indexOf([guardrail({ tools: {} }, 'b')]).actions.get('tool.invoke');
    for (const part of ['patterns', 'allowLists', 'claims', 'checks'] as const) {
      expect(one?.[part]).toBe(other?.[part]);
    }
  });
});
