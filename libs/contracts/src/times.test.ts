import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime, parseTime } from './times.ts';

describe('times', () => {
  it('are ISO 8601 in UTC with milliseconds, and come back as they were', () => {
    expect(isoTime(1_763_715_600_001)).toBe('2025-11-21T09:00:00.001Z');
    fc.assert(fc.property(fc.nat(4_102_444_800_000), (ms) => parseTime(isoTime(ms)) === ms));
  });

  it('are in the order of their texts', () => {
    const time = fc.nat(4_102_444_800_000);
    fc.assert(fc.property(time, time, (a, b) => isoTime(a) < isoTime(b) === a < b));
  });

  it('are undefined when a text is none', () => {
    expect(parseTime('soon')).toBeUndefined();
    expect(parseTime('')).toBeUndefined();
    expect(parseTime('2026-13-40T00:00:00Z')).toBeUndefined();
  });
});
