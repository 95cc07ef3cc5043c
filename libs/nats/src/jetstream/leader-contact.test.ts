import { describe, expect, it } from 'vitest';
import { leadsAlone, majorityHeardAgo } from './leader-contact.ts';

const NS_PER_S = 1_000_000_000;
const heard = (seconds: number) => ({ active: seconds * NS_PER_S });
const led = (...replicas: { active?: number; offline?: boolean }[]) => ({
  config: { num_replicas: replicas.length + 1 },
  cluster: { leader: 'n1', replicas },
});

describe('a leader that answers', () => {
  it('knows everything at any time when there is one copy, in a cluster too', () => {
    expect(majorityHeardAgo({ config: { num_replicas: 1 } })).toBe(0);
    expect(majorityHeardAgo({ config: { num_replicas: 1 }, cluster: { leader: 'n1' } })).toBe(0);
  });

  it('knows everything as of when it last heard a majority', () => {
    expect(majorityHeardAgo(led(heard(1.5), heard(0.4)))).toBe(400);
    expect(majorityHeardAgo(led(heard(0.1), heard(2), heard(0.3), heard(9)))).toBe(300);
  });

  it('knows nothing of those that it never heard since it leads: they count as 0 ns', () => {
    expect(majorityHeardAgo(led({ active: 0 }, heard(0.5)))).toBe(500);
    expect(majorityHeardAgo(led({ active: 0 }, { active: 0 }))).toBe(Number.POSITIVE_INFINITY);
    expect(majorityHeardAgo(led({}, { ...heard(0.1), offline: true }))).toBe(Number.POSITIVE_INFINITY);
  });

  it('knows nothing when the copies of the stream are not known to it yet', () => {
    expect(majorityHeardAgo({ config: { num_replicas: 3 }, cluster: { leader: 'n1' } })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('leads alone as long as it cannot have been replaced', () => {
    expect([0, 400, 3_000, Number.POSITIVE_INFINITY].map(leadsAlone)).toEqual([true, true, false, false]);
  });
});

describe('a copy that answers because it knows of no leader', () => {
  it('is not believed, though it says of itself and of the others that they were heard just now', () => {
    // As nats-server 2.15.1 answered 24 s after it was cut off, when it stood for election on its own.
    const replicas = [heard(0), heard(0.53), heard(0)];
    expect(majorityHeardAgo({ config: { num_replicas: 3 }, cluster: { replicas } })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('is not believed either when it has just learnt who leads', () => {
    const replicas = [
      { name: 'n2', ...heard(0.01) },
      { name: 'n3', ...heard(0) },
    ];
    expect(majorityHeardAgo({ config: { num_replicas: 3 }, cluster: { leader: 'n2', replicas } })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
