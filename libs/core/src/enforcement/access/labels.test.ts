import { describe, expect, test } from 'vitest';
import { access, judge, request, setOf } from '../testing/judge.ts';
import { readLabels } from './labels.ts';

describe('the labels of a resource', () => {
  test('LO-09 those without a direction count for every list, and each label counts once', () => {
    expect(readLabels({ topic: ['a', 'b', 'a'], input: 'b', output: ['c', 'c'] })).toEqual({
      all: ['a', 'b', 'c'],
      input: ['a', 'b'],
      output: ['a', 'b', 'c'],
    });
  });

  test('are read once for a request, however many documents name its subject', () => {
    let reads = 0;
    const counted = {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'public';
      },
    };
    const labels = Object.defineProperties({}, { topic: counted, input: counted });
    const documents = Array.from({ length: 50 }, (_, index) =>
      access({ analyst: { labels: ['public', `own.${index}`] } }, `access.${index}`),
    );
    const asked = request('tool.invoke', 't', { properties: { labels } });
    expect(judge(setOf(documents, 'allow'), asked).effect).toBe('allow');
    expect(reads).toBe(2);
  });
});
