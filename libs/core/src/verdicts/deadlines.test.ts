import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

interface Item {
  readonly due: number;
}

/** Deadlines of items that are open until they are taken out of a set. */
const createRig = () => {
  const open = new Set<Item>();
  const deadlines = new Deadlines<Item>({ has: (item) => open.has(item), count: () => open.size });
  const add = (due: number, now = 0): Item => {
    const item = { due };
    open.add(item);
    deadlines.add(item, now);
    return item;
  };
  const times = (now: number, most = 1_000): number[] => deadlines.dueBy(now, most).map(({ due }) => due);
  return { open, deadlines, add, times };
};

test('what is due comes earliest first, whatever its delay, and what has ended otherwise not at all', () => {
  const { open, add, times } = createRig();
  add(30);
  open.delete(add(10));
  add(20);
  add(31, 1);
  add(25, 5);
  add(2_000);
  expect(times(1_000)).toEqual([20, 25, 30, 31]);
});

test('no more is given than was asked for, and that is the earliest', () => {
  const { add, times } = createRig();
  for (const now of [0, 1, 2, 3]) {
    add(now + 10, now);
    add(now + 12, now);
  }
  expect(times(100, 3)).toEqual([10, 11, 12]);
});

test('what is due stays due until it has ended', () => {
  const { open, deadlines, add, times } = createRig();
  const item = add(10);
  expect(times(10)).toEqual([10]);
  expect(times(10)).toEqual([10]);
  open.delete(item);
  expect(times(10)).toEqual([]);
  expect(deadlines.next()).toBeUndefined();
});

test('the next deadline is the earliest of what is open', () => {
  const { open, deadlines, add } = createRig();
  expect(deadlines.next()).toBeUndefined();
  const first = add(1);
  add(2);
  open.delete(first);
  expect(deadlines.next()).toBe(2);
});

test('a thousand that have ended leave room for those that are open', () => {
  const { open, add, times } = createRig();
  for (let i = 0; i < 1_000; i++) open.delete(add(i + 5, i));
  add(1_005, 1_000);
  expect(times(2_000)).toEqual([1_005]);
});

test('what is open stays due when what has ended around it is dropped', () => {
  const { open, deadlines, add, times } = createRig();
  const items = Array.from({ length: 70 }, (_, now) => add(now + 5, now));
  for (const item of items.slice(0, 66)) open.delete(item);
  expect(deadlines.next()).toBe(71);
  for (let now = 70; now < 90; now++) open.delete(add(now + 5, now));
  add(95, 90);
  expect(times(100)).toEqual([71, 72, 73, 74, 95]);
});

test('what was added in a try-out that was taken back stands in the way of nothing', () => {
  const { open, deadlines, add, times } = createRig();
  add(15, 5);
  deadlines.mark();
  open.delete(add(60, 50));
  deadlines.rollback();
  add(20, 10);
  expect(times(30)).toEqual([15, 20]);
});

test('law: it gives what is open and due, in the order of time', () => {
  const operation = fc.record({ act: fc.constantFrom('add', 'end', 'look'), delay: fc.nat(40), n: fc.nat() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), fc.nat(100), (operations, later) => {
      const { open, add, times, deadlines } = createRig();
      operations.forEach(({ act, delay, n }, now) => {
        if (act === 'add') add(now + delay, now);
        else if (act === 'end') open.delete([...open][n % Math.max(1, open.size)] as Item);
        else deadlines.next();
      });
      const expected = [...open].map(({ due }) => due).sort((a, b) => a - b);
      expect(deadlines.next()).toBe(expected[0]);
      expect(times(later)).toEqual(expected.filter((due) => due <= later));
    }),
  );
});

test('law: rolled back, additions and ends have not happened; released, they have', () => {
  const operation = fc.record({ act: fc.constantFrom('add', 'end', 'look'), delay: fc.nat(40), n: fc.nat() });
  const operations = fc.array(operation, { maxLength: 200 });
  fc.assert(
    fc.property(operations, operations, fc.boolean(), (before, tried, back) => {
      const { open, add, times, deadlines } = createRig();
      const run = (list: typeof before, from: number): void =>
        list.forEach(({ act, delay, n }, i) => {
          if (act === 'add') add(from + i + delay, from + i);
          else if (act === 'end') open.delete([...open][n % Math.max(1, open.size)] as Item);
          else deadlines.next();
        });
      run(before, 0);
      const kept = [...open];
      deadlines.mark();
      run(tried, before.length);
      if (back) {
        deadlines.rollback();
        open.clear();
        for (const item of kept) open.add(item);
      } else deadlines.release();
      expect(times(1_000)).toEqual([...open].map(({ due }) => due).sort((a, b) => a - b));
      run(tried, before.length + (back ? 0 : tried.length));
      expect(times(1_000)).toEqual([...open].map(({ due }) => due).sort((a, b) => a - b));
    }),
  );
});
