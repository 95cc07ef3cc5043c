import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUndoLog } from '../state/undo-log.ts';
import { type Deadline, Deadlines } from './deadlines.ts';

const dueAfter = (act: (deadlines: Deadlines<string>) => void): string[] => {
  const deadlines = new Deadlines<string>(createUndoLog());
  act(deadlines);
  return deadlines.dueBy(1_000);
};

test('what is due comes earliest first, and what was cancelled not at all', () => {
  const due = dueAfter((deadlines) => {
    deadlines.add(30, 'later');
    const cancelled = deadlines.add(10, 'cancelled');
    deadlines.add(20, 'earlier');
    deadlines.add(2_000, 'not yet');
    deadlines.cancel(cancelled);
  });
  expect(due).toEqual(['earlier', 'later']);
});

test('the next deadline is the earliest that was not cancelled', () => {
  const deadlines = new Deadlines<string>(createUndoLog());
  expect(deadlines.next()).toBeUndefined();
  const first = deadlines.add(1, 'first');
  deadlines.add(2, 'second');
  deadlines.cancel(first);
  expect(deadlines.next()).toBe(2);
});

test('law: rolled back, additions, cancellations and takings have not happened', () => {
  const operation = fc.record({ act: fc.constantFrom('add', 'cancel', 'take', 'next'), time: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(operation), fc.array(operation), (before, tried) => {
      const log = createUndoLog();
      const deadlines = new Deadlines<number>(log);
      const entries: Deadline<number>[] = [];
      const run = (operations: typeof before): void => {
        for (const { act, time } of operations) {
          const entry = entries[time % Math.max(1, entries.length)];
          if (act === 'add') entries.push(deadlines.add(time, entries.length));
          else if (act === 'take') deadlines.takeDue(time);
          else if (act === 'next') deadlines.next();
          else if (entry !== undefined) deadlines.cancel(entry);
        }
      };
      run(before);
      const due = deadlines.dueBy(100).sort();
      log.mark();
      run(tried);
      log.rollback();
      expect(deadlines.dueBy(100).sort()).toEqual(due);
    }),
  );
});

test('a thousand cancelled deadlines leave room for those that matter', () => {
  const due = dueAfter((deadlines) => {
    for (let i = 0; i < 1_000; i++) deadlines.cancel(deadlines.add(i, `cancelled ${i}`));
    deadlines.add(5, 'kept');
    deadlines.compact();
  });
  expect(due).toEqual(['kept']);
});
