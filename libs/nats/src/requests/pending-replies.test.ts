import { Fault } from '@edict/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPendingReplies } from './pending-replies.ts';

const ENOUGH_MS = 60_000;
const gone = (subject: string): Fault => new Fault('DISCONNECTED', subject);

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constantFrom('settle', 'fail', 'drop'), token: fc.nat({ max: 600 }) }),
);

test('each request is told once, whatever the order of the replies and however many wait', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const waiting = createPendingReplies<number>();
      const open = new Set<number>();
      const told: [number, 'reply' | 'fault'][] = [];
      const expected: typeof told = [];
      const expectTold = (token: number, how: 'reply' | 'fault'): void => {
        if (open.delete(token)) expected.push([token, how]);
      };
      for (const each of steps) {
        if (each.kind === 'add') {
          for (let i = 0; i < each.count; i++) {
            const token = waiting.add('subject', ENOUGH_MS, (fault) =>
              told.push([token, fault === undefined ? 'reply' : 'fault']),
            );
            open.add(token);
          }
        } else if (each.kind === 'settle') {
          waiting.settle(each.token, each.token);
          expectTold(each.token, 'reply');
        } else if (each.kind === 'fail') {
          waiting.fail(each.token, gone);
          expectTold(each.token, 'fault');
        } else {
          waiting.drop(each.token);
          open.delete(each.token);
        }
        expect(waiting.size()).toBe(open.size);
      }
      for (const token of open) expected.push([token, 'fault']);
      waiting.failAll(gone);
      expect(told).toEqual(expected);
    }),
  );
});

test('a number that nobody has, and what is no number, settle nothing', () => {
  const waiting = createPendingReplies<string>();
  const token = waiting.add('subject', ENOUGH_MS, () => {
    throw new Error('it was not its reply');
  });
  for (const other of [token + 64, token - 64, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    waiting.settle(other, 'reply');
  }
  expect(waiting.size()).toBe(1);
  waiting.drop(token);
});
