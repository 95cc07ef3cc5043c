import { describe, expect, it } from 'vitest';
import { isoTime, parseTime } from './times.ts';

describe('times', () => {
  it('are ISO 8601 in UTC with milliseconds, and come back as they were', () => {
    expect(isoTime(1_763_715_600_001)).toBe('2025-11-21T09:00:00.001Z');
    expect(parseTime(isoTime(1_763_715_600_001))).toBe(1_763_715_600_001);
  });

  it('are undefined when a text is none', () => {
    expect(parseTime('soon')).toBeUndefined();
  });
});
