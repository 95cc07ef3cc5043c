import { describe, expect, it } from 'vitest';
import { nearest, nearestSentence } from './nearest.ts';

describe('the ids nearest to an unknown one', () => {
  it('are those a few edits away, closest first', () => {
    expect(nearest('guardrial.ws', ['guardrail.wx', 'guardrail.ws', 'limits.ws'])).toEqual([
      'guardrail.ws',
      'guardrail.wx',
    ]);
  });

  it('are ordered by the number of edits before the alphabet', () => {
    expect(nearest('guard', ['gard1', 'guarx'])).toEqual(['guarx', 'gard1']);
  });

  it('include ids that begin with what was asked for', () => {
    expect(nearest('guardrail', ['hooks.x', 'guardrail.payments'])).toEqual(['guardrail.payments']);
  });

  it('ignore case, and are at most three', () => {
    expect(nearest('ABC', ['abc', 'abd', 'abe', 'abf'])).toEqual(['abc', 'abd', 'abe']);
  });

  it('are none when nothing is alike', () => {
    expect(nearestSentence('x', ['payments'], 'policy')).toBe('there is no policy with a similar id');
  });
});
