import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSweeper } from './sweeper.ts';
import { createUndoLog } from './undo-log.ts';
import { UndoMap } from './undo-map.ts';

/** A map of times, each over when it has come. */
const createRig = () => {
  const map = new UndoMap<string, number>(createUndoLog());
  const sweeper = createSweeper(map, (until, now) => until <= now);
  const set = (name: string, until: number): void => {
    map.set(name, until);
    sweeper.owe();
  };
  return { map, sweeper, set };
};

test('what is over goes, what is not stays', () => {
  const { map, sweeper, set } = createRig();
  set('over', 10);
  set('kept', 11);
  sweeper.work(10);
  expect([...map.entries()]).toEqual([['kept', 11]]);
});

test('nothing is looked at when nothing is owed', () => {
  const { map, sweeper, set } = createRig();
  set('over', 10);
  sweeper.work(0);
  expect(sweeper.owes()).toBe(false);
  sweeper.work(10);
  expect(map.size).toBe(1);
});

test('law: it drops only what is over, and holds about twice what matters however long it goes on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (life, batch) => {
      const { map, sweeper, set } = createRig();
      for (let now = 0; now < 500; now++) {
        for (let i = 0; i < batch; i++) set(`${now}-${i}`, now + life);
        sweeper.work(now);
        for (let kept = Math.max(0, now - life + 1); kept <= now; kept++)
          expect(map.has(`${kept}-0`)).toBe(true);
        expect(map.size).toBeLessThanOrEqual(2 * (life + 1) * batch + 2 * batch);
      }
    }),
    { numRuns: 20 },
  );
});
