import { describe, expect, it } from 'vitest';
import { createLeaderTrust } from './leader-trust.ts';

const SECOND = 1_000;

/** Looks each second, each answered at once; `undefined`: nobody answered. Gives which were counted. */
const countedOf = (trust: ReturnType<typeof createLeaderTrust>, ...heardAgo: (number | undefined)[]) =>
  heardAgo.map((certainAgo, i) => {
    if (certainAgo !== undefined)
      return trust.counts({ last: 23, certainAgo }, { sent: i * SECOND, answered: i * SECOND + 5 });
    trust.silence();
    return false;
  });

describe('what the leader of a replicated stream says about its end', () => {
  it('counts from the second look on', () => {
    expect(countedOf(createLeaderTrust(), 400, 300, 900)).toEqual([false, true, true]);
  });

  it('does not count right after it heard nobody: it may not know yet who leads now', () => {
    expect(countedOf(createLeaderTrust(), 100, 400, 2_400, 20, 30)).toEqual([false, true, true, false, true]);
  });

  it('does not count right after nobody answered', () => {
    expect(countedOf(createLeaderTrust(), 100, undefined, 5, 5)).toEqual([false, false, false, true]);
  });

  it('does not count when it was asked as soon as its first answer came, late, from a machine that is too busy', () => {
    const trust = createLeaderTrust();
    const end = { last: 23, certainAgo: 5 };
    expect(trust.counts(end, { sent: 0, answered: 990 })).toBe(false);
    expect(trust.counts(end, { sent: 1_000, answered: 1_010 })).toBe(false);
    expect(trust.counts(end, { sent: 2_000, answered: 2_010 })).toBe(true);
  });

  it('always counts when there is one copy only', () => {
    expect(countedOf(createLeaderTrust(), 0, undefined, 0)).toEqual([true, false, true]);
  });
});
