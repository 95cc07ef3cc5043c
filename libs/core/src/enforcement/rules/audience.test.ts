import { describe, expect, test } from 'vitest';
import { guardrail, setOf } from '../testing/judge.ts';
import { indexAudiences } from './audience.ts';

const audiencesOf = (...selectors: (Record<string, string[]> | undefined)[]) =>
  setOf(
    selectors.map((applies_to, place) => ({
      ...guardrail({ tools: {} }, `g.${place}`),
      ...(applies_to === undefined ? {} : { applies_to }),
    })),
  );

describe('the audiences of a subject', () => {
  test('are those all of whose parts fit, each once', () => {
    const set = audiencesOf(
      undefined,
      { types: ['agent', 'service'] },
      { types: ['person'] },
      { subjects: ['a*', '*7'] },
      { subjects: ['a7'], types: ['service'] },
      { subjects: ['b*'] },
    );
    const found = set.audiences.find({ type: 'agent', id: 'a7' });
    expect(found.map(({ subjects, types }) => [subjects, types && [...types]])).toEqual([
      [undefined, undefined],
      [undefined, ['agent', 'service']],
      [['a*', '*7'], undefined],
    ]);
  });

  test('are found without a look at those of other types', () => {
    let looks = 0;
    class Counted extends Set<string> {
      override has(type: string): boolean {
        looks += 1;
        return super.has(type);
      }
    }
    const types = Array.from({ length: 100 }, (_, place) => `type-${place}`);
    const { audiencesByKey } = audiencesOf(...types.map((type) => ({ types: [type] })));
    const index = indexAudiences(
      [...audiencesByKey.values()].map((each) => ({ ...each, types: new Counted(each.types) })),
    );
    expect(index.find({ type: 'type-7', id: 'a' })).toHaveLength(1);
    expect(looks).toBeLessThanOrEqual(1);
  });
});
