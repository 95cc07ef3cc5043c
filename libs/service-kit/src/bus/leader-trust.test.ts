import { describe, expect, it } from 'vitest';
import { createLeaderTrust } from './leader-trust.ts';

const heard = (certainAgo: number) => ({ last: 23, certainAgo });

describe('what the leader of a replicated stream says about its end', () => {
  it('counts from the second look on', () => {
    const trust = createLeaderTrust();
    expect([heard(400), heard(300), heard(900)].map(trust.counts)).toEqual([false, true, true]);
  });

  it('does not count right after it heard nobody: it may not know yet who leads now', () => {
    const trust = createLeaderTrust();
    trust.counts(heard(100));
    expect([heard(400), heard(2_400), heard(20), heard(30)].map(trust.counts)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('does not count right after nobody answered', () => {
    const trust = createLeaderTrust();
    trust.counts(heard(100));
    trust.silence();
    expect([heard(5), heard(5)].map(trust.counts)).toEqual([false, true]);
  });

  it('always counts when the server is alone', () => {
    const trust = createLeaderTrust();
    expect(trust.counts(heard(0))).toBe(true);
    trust.silence();
    expect(trust.counts(heard(0))).toBe(true);
  });
});
