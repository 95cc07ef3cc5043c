import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LayeredMap } from './layered-map.ts';

const key = fc.integer({ min: 0, max: 400 }).map((number) => `key-${number}`);
const changes = fc.array(fc.tuple(key, fc.option(fc.nat(), { nil: undefined })), { maxLength: 60 });

test('law: it holds what a plain map holds after the same changes, and those before it stay as they were', () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 20 }), (steps) => {
      const plain = new Map<string, number>();
      const history: { readonly map: LayeredMap<number>; readonly expected: Map<string, number> }[] = [];
      let map = new LayeredMap<number>();
      for (const step of steps) {
        map = map.with(new Map(step));
        for (const [name, value] of new Map(step)) {
          if (value === undefined) plain.delete(name);
          else plain.set(name, value);
        }
        history.push({ map, expected: new Map(plain) });
      }
      for (const { map, expected } of history) {
        expect(new Map(map.entries())).toEqual(expected);
        expect(map.size).toBe(expected.size);
        for (let number = 0; number <= 400; number += 7) {
          expect(map.get(`key-${number}`)).toBe(expected.get(`key-${number}`));
        }
      }
    }),
  );
});
