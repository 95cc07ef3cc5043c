import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

describe('the command line of the faults', () => {
  test('plays each case once, from a fresh seed, when nothing is said', () => {
    expect(parseOptions([], 7)).toMatchObject({ cases: [], rounds: 1, minutes: undefined, seed: 7 });
  });

  test('takes several cases, a time and a seed', () => {
    const args = [
      '--case',
      'kill-nats',
      '--case',
      'poison',
      '--minutes',
      '5',
      '--seed',
      '12',
      '--cases',
      '100000',
    ];
    expect(parseOptions(args, 7)).toMatchObject({
      cases: ['kill-nats', 'poison'],
      minutes: 5,
      seed: 12,
      messages: 100_000,
    });
  });

  test('takes how long an overload goes on', () => {
    expect(parseOptions(['--case', 'double-load', '--seconds', '600'], 7)).toMatchObject({ seconds: 600 });
  });

  test('takes a part of a minute', () => {
    expect(parseOptions(['--minutes', '0.5'], 7)).toMatchObject({ minutes: 0.5 });
  });

  test.each([
    [['--rounds', '0'], '--rounds is 0: a whole number of at least 1'],
    [['--minutes', 'long'], '--minutes is long: a number above 0, such as 5 or 0.5'],
    [['--minutes', '0.0'], '--minutes is 0.0: a number above 0, such as 5 or 0.5'],
    [['--minutes=-1'], '--minutes is -1: a number above 0, such as 5 or 0.5'],
    [['--rounds', '2', '--minutes', '2'], '--rounds and --minutes exclude each other'],
  ])('refuses %j and says what is allowed', (args, message) => {
    expect(parseOptions(args, 7)).toBe(message);
  });
});
