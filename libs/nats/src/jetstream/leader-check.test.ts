import { describe, expect, it } from 'vitest';
import type { StoreConnection } from '../connections.ts';
import { createLeaderChecks } from './leader-check.ts';

const STREAM = 'EDICT_VERDICTS';
const copies = (secondsAgo: number) => ({
  config: { num_replicas: 3 },
  cluster: {
    leader: 'n1',
    replicas: [{ active: secondsAgo * 1e9 }, { active: (secondsAgo + 1) * 1e9 }],
  },
});
const oneCopy = { config: { num_replicas: 1 } };

const createRig = (says: object) => {
  const broker = { says, asked: 0 };
  let change = (): void => {};
  const request = async () => {
    broker.asked += 1;
    const answer = { state: { last_seq: 7 }, ...broker.says };
    return { json: () => answer };
  };
  const store = {
    requester: { request },
    onChange: (listener: () => void) => {
      change = listener;
    },
  } as unknown as StoreConnection;
  return { broker, reconnect: () => change(), check: createLeaderChecks(store, 1_000)(STREAM) };
};

describe('whether a leader is the only one', () => {
  it('is refused when it does not hear a majority of its copies any more, and asked again each time', async () => {
    const { broker, check } = createRig(copies(3));
    await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true });
    await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(broker.asked).toBe(2);
    broker.says = copies(0.2);
    await expect(check()).resolves.toBeUndefined();
  });

  it('is asked once for all who ask at the same time, and not again at once', async () => {
    const { broker, check } = createRig(oneCopy);
    await Promise.all([check(), check(), check()]);
    await check();
    expect(broker.asked).toBe(1);
  });

  it('is asked again after a reconnection: another server may answer now', async () => {
    const { broker, check, reconnect } = createRig(oneCopy);
    await check();
    broker.says = copies(5);
    reconnect();
    await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is asked again when the connection changed while the answer was on its way', async () => {
    const { broker, check, reconnect } = createRig(oneCopy);
    const before = check();
    reconnect();
    await before;
    await check();
    expect(broker.asked).toBe(2);
  });
});
