import { describe, expect, it } from 'vitest';
import { frozenMembers } from './frozen-members.ts';

describe('what a ping timeout means for frozen members', () => {
  it('is a time, with advice when that is long', () => {
    expect(frozenMembers(3_000)).toBe('a frozen process keeps its share of requests for 3 s at the most');
    expect(frozenMembers(360_000)).toMatch(
      /for 360 s at the most, which is long; its configuration should say ping_interval: "1s"/,
    );
  });

  it('is not known when the server does not tell, and says what to set', () => {
    expect(frozenMembers(undefined)).toMatch(
      /does not tell .* should say ping_interval: "1s" and ping_max: 2/,
    );
  });
});
