import { expect, it } from 'vitest';
import { createStayAwake } from './stay-awake.ts';

/** An event loop whose turns and whose clock the test moves. */
const turningLoop = (processors = 2) => {
  let time = 0;
  const next: (() => void)[] = [];
  const stayAwake = createStayAwake({ processors, now: () => time, soon: (callback) => next.push(callback) });
  return {
    stayAwake,
    /** Turns once, `ms` later; says whether there was something to turn for. */
    turn: (ms = 0): boolean => {
      time += ms;
      const callback = next.shift();
      callback?.();
      return callback !== undefined;
    },
  };
};

const never = new Promise(() => {});

it('turns the event loop until the answer is there', async () => {
  const { stayAwake, turn } = turningLoop();
  const { promise, resolve } = Promise.withResolvers<void>();
  stayAwake(promise);
  expect([turn(0.1), turn(0.1)]).toEqual([true, true]);
  resolve();
  await promise;
  turn();
  expect(turn()).toBe(false);
});

it('is told about an answer that is a fault, too', async () => {
  const { stayAwake, turn } = turningLoop();
  const failed = Promise.reject(new Error('no answer'));
  stayAwake(failed);
  await failed.catch(() => {});
  turn();
  expect(turn()).toBe(false);
});

it('goes to sleep after 0.3 ms', () => {
  const { stayAwake, turn } = turningLoop();
  stayAwake(never);
  expect([turn(0.2), turn(0.2), turn()]).toEqual([true, true, false]);
});

it('sleeps for twice as many answers after each wait in vain, 64 at most, until one is there in time', async () => {
  const { stayAwake, turn } = turningLoop();
  const sleepsUntilAwake = (): number => {
    for (let slept = 0; ; slept++) {
      stayAwake(never);
      if (turn(1)) return slept;
    }
  };
  expect(Array.from({ length: 9 }, sleepsUntilAwake)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 64]);
  for (let i = 0; i < 64; i++) stayAwake(never);
  const inTime = Promise.resolve();
  stayAwake(inTime);
  await inTime;
  turn();
  expect([sleepsUntilAwake(), sleepsUntilAwake()]).toEqual([0, 1]);
});

it('never stays awake where that keeps the broker from the only processor', () => {
  const { stayAwake, turn } = turningLoop(1);
  stayAwake(never);
  expect(turn()).toBe(false);
});
