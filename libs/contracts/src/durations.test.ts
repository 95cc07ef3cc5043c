import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './durations.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1m', 60_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['007d', 604_800_000],
    ['999999999s', 999_999_999_000],
  ])('%s is %i milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('is as many milliseconds as its unit says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (count) => {
        expect(parseDuration(`${count}h`)).toBe(60 * (parseDuration(`${count}m`) ?? 0));
        expect(parseDuration(`${count}d`)).toBe(24 * (parseDuration(`${count}h`) ?? 0));
      }),
    );
  });

  it.each([
    '',
    '0s',
    '000ms',
    '5',
    's',
    '-1s',
    '+1s',
    '1.5h',
    '1e3ms',
    ' 1s',
    '1s ',
    '1s\n',
    '1 s',
    '1S',
    '1w',
    '1m30s',
    '1234567890ms',
    '٣s',
    'lifetime',
    'Infinitys',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
