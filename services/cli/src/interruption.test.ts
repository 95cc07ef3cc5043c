import { expect, it } from 'vitest';
import { interruptedBySignals } from './interruption.ts';

/** A process whose time the test sets. */
const fakeProcess = () => {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const host = {
    on: (signal: string, listener: () => void) => void listeners.set(signal, listener),
    exit: (code: number) => void exits.push(code),
  };
  const clock = { ms: 5_000 };
  const interruption = interruptedBySignals(host, () => clock.ms);
  return { clock, exits, interruption, send: (signal: string) => listeners.get(signal)?.() };
};

it.each(['SIGINT', 'SIGTERM'])('the first %s asks for an end in good order', (signal) => {
  const { interruption, exits, send } = fakeProcess();
  expect(interruption.aborted).toBe(false);
  send(signal);
  expect([interruption.aborted, exits]).toEqual([true, []]);
});

it('copies of one Ctrl-C count once', () => {
  const { clock, exits, send } = fakeProcess();
  for (const ms of [5_000, 5_010, 5_300]) {
    clock.ms = ms;
    send('SIGINT');
  }
  expect(exits).toEqual([]);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('a second wish, by %s, ends the process at once with %i', (signal, exit) => {
  const { clock, exits, send } = fakeProcess();
  send('SIGINT');
  clock.ms += 301;
  send(signal);
  expect(exits).toEqual([exit]);
});
