import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignArrays } from './align-arrays.ts';
import { diffDocuments } from './diff-documents.ts';
import { applyChanges } from './testing/apply-changes.ts';

const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)));

describe('the difference between two documents', () => {
  it('is empty for equal documents, whatever their key order', () => {
    expect(diffDocuments({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual([]);
  });

  it('names additions, removals and replacements by JSON pointer, ordered by key', () => {
    const a = { description: 'old', rules: { 'x/y': 1, gone: true } };
    const b = { description: 'new', rules: { 'x/y': 1, '~tilde': [1] } };
    expect(diffDocuments(a, b)).toEqual([
      { op: 'replace', path: '/description', from: 'old', to: 'new' },
      { op: 'remove', path: '/rules/gone', from: true },
      { op: 'add', path: '/rules/~0tilde', to: [1] },
    ]);
  });

  it('shows one inserted list entry as one change', () => {
    expect(diffDocuments({ tools: ['a', 'b', 'c'] }, { tools: ['a', 'x', 'b', 'c'] })).toEqual([
      { op: 'add', path: '/tools/1', to: 'x' },
    ]);
  });

  it('shows the removal of neighbours at the place where they stood', () => {
    expect(diffDocuments(['a', 'b', 'c', 'd'], ['a', 'd'])).toEqual([
      { op: 'remove', path: '/1', from: 'b' },
      { op: 'remove', path: '/1', from: 'c' },
    ]);
  });

  it('looks inside a changed list entry instead of replacing it', () => {
    const rule = { id: 'spend', measure: 'cost' };
    expect(diffDocuments([rule, { id: 'pace' }], [{ ...rule, measure: 'tokens' }, { id: 'pace' }])).toEqual([
      { op: 'replace', path: '/0/measure', from: 'cost', to: 'tokens' },
    ]);
  });

  it('tells a list from an object and null from absence', () => {
    expect(diffDocuments({ a: [], b: null }, { a: {} })).toEqual([
      { op: 'replace', path: '/a', from: [], to: {} },
      { op: 'remove', path: '/b', from: null },
    ]);
  });

  it('applied in order, turns the first document into the second', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(applyChanges(a, diffDocuments(a, b))).toEqual(b);
      }),
    );
  });

  it('applied in order, turns long lists into one another even when they are compared by place', () => {
    const a = Array.from({ length: 1_200 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 1_100 }, (_, i) => (i % 7 === 0 ? `a${i}` : `b${i}`));
    expect(applyChanges(a, diffDocuments(a, b))).toEqual(b);
  });

  it('is empty exactly when the documents are equal', () => {
    fc.assert(
      fc.property(json, (value) => diffDocuments(value, JSON.parse(JSON.stringify(value))).length === 0),
    );
  });
});

describe('the alignment of two lists', () => {
  it('keeps as many elements as a longest common subsequence has', () => {
    const removed = alignArrays([...'abcabba'], [...'cbabac'], String).reduce(
      (sum, run) => sum + run.removed.length,
      0,
    );
    expect('abcabba'.length - removed).toBe(4);
  });
});
