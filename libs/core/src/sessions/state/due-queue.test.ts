import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDueQueue } from './due-queue.ts';

it('gives the true entries before a time in order, without repeats, and keeps them', () => {
  const entries = fc.array(fc.tuple(fc.nat(50), fc.constantFrom('a', 'b', 'c', 'd', 'e')), { maxLength: 40 });
  fc.assert(
    fc.property(entries, fc.nat(60), (added, until) => {
      const queue = createDueQueue();
      for (const [time, key] of added) queue.add(time, key);
      const truth = new Map<string, number>(added.map(([time, key]) => [key, time]));
      const isTrue = ({ time, key }: { time: number; key: string }) => truth.get(key) === time;
      const expected = [...truth].filter(([, time]) => time < until).map(([, time]) => time);
      const times = () => queue.before(until, isTrue).map(({ time }) => time);
      expect(times()).toEqual(expected.sort((a, b) => a - b));
      expect(times()).toEqual(expected);
      const earliest = truth.size === 0 ? undefined : Math.min(...truth.values());
      expect(queue.first(isTrue)?.time).toBe(earliest);
    }),
  );
});
