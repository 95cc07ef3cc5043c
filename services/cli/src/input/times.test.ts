import { describe, expect, it } from 'vitest';
import { isoTimeOf, parseTimeWord } from './times.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const read = (word: string): string => isoTimeOf(parseTimeWord(word, NOW));

describe('a point in time', () => {
  it.each([
    ['2026-11-21T09:00:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:00.125+02:00', '2026-11-21T07:00:00.125Z'],
    ['2026-11-21T09:00', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['15m', '2026-11-21T09:45:00.000Z'],
  ])('%s is UTC unless it says otherwise', (word, time) => expect(read(word)).toBe(time));

  it.each([
    '2026-02-30',
    '2026-02-30T09:00:00Z',
    '2026-11-21T09:00:00Z x',
    '2026-11-21Z',
    '2026-11',
    '2026-13-01',
    '2026-11-21T25:00',
    'soon',
    '',
  ])('%j is none', (word) => expect(() => read(word)).toThrow(/is no time; write 2026-11-21T09:00:00Z/));
});
