import { describe, expect, it } from 'vitest';
import { leadsMajority, majorityHeardAgo } from './leader-contact.ts';

const SECOND = 1_000_000_000;
const heard = (seconds: number) => ({ active: seconds * SECOND });

describe('a leader that answers', () => {
  it('is believed when it is alone, or has no copies', () => {
    expect(leadsMajority(undefined)).toBe(true);
    expect(leadsMajority({})).toBe(true);
  });

  it('is believed while it hears one of two others', () => {
    expect(leadsMajority({ replicas: [heard(0.4), heard(60)] })).toBe(true);
    expect(leadsMajority({ replicas: [heard(0.4), { ...heard(0.1), offline: true }] })).toBe(true);
  });

  it('is not believed once it was cut off for as long as an election may take', () => {
    expect(leadsMajority({ replicas: [heard(3), heard(3)] })).toBe(false);
    expect(leadsMajority({ replicas: [{}, {}] })).toBe(false);
    expect(leadsMajority({ replicas: [heard(0.1), heard(3), heard(3), heard(3)] })).toBe(false);
  });

  it('says since when it may not know what others have stored', () => {
    expect(majorityHeardAgo(undefined)).toBe(0);
    expect(majorityHeardAgo({ replicas: [heard(1.5), heard(0.4)] })).toBe(400);
    expect(majorityHeardAgo({ replicas: [heard(0.1), heard(2), heard(0.3), heard(9)] })).toBe(300);
    expect(majorityHeardAgo({ replicas: [{}, { ...heard(0.1), offline: true }] })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
