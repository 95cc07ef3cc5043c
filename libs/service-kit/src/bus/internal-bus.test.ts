import type { Membership } from '@edict/nats';
import { describe, expect, it } from 'vitest';
import { ownPartitions } from './internal-bus.ts';

/** Three partitions, a membership that the test changes, and a desk whose journals open when the test says so. */
const createRig = () => {
  const mine = new Set([0, 1]);
  let changed = (): void => {};
  const membership = {
    incarnation: () => 'i-1',
    owns: (_, key) => mine.has(key as number),
    onChange: (listener) => {
      changed = listener;
      return () => {};
    },
  } satisfies Partial<Membership>;
  const served = new Set<number>();
  const internal = {
    listen: (partition: number) => void served.add(partition),
    keep: (partitions: readonly number[]) => {
      for (const partition of served) if (!partitions.includes(partition)) served.delete(partition);
    },
  };
  const opening = new Map<number, () => void>();
  const desk = {
    own: (partitions: readonly number[], loaded: (partition: number) => void) =>
      new Promise<void>((resolve) => {
        const left = new Set(partitions);
        for (const partition of partitions) {
          opening.set(partition, () => {
            loaded(partition);
            left.delete(partition);
            if (left.size === 0) resolve();
          });
        }
      }),
  };
  const context = { membership, deployment: { partitions: 3 } } as unknown as Parameters<
    typeof ownPartitions
  >[0];
  const owning = ownPartitions(context, 'enforcer', desk, internal);
  const change = (partitions: number[]): void => {
    mine.clear();
    for (const partition of partitions) mine.add(partition);
    changed();
  };
  return { served, open: (partition: number) => opening.get(partition)?.(), change, owning };
};

describe('internal commands', () => {
  it('of a partition are served as soon as it is loaded, however long another takes', async () => {
    const { served, open, owning } = createRig();
    expect([...served]).toEqual([]);
    open(1);
    expect([...served]).toEqual([1]);
    open(0);
    await owning;
    expect([...served]).toEqual([1, 0]);
  });

  it('of a partition that another member took are not served any more, before the rest is loaded', () => {
    const { served, open, change } = createRig();
    open(0);
    open(1);
    change([1, 2]);
    expect([...served]).toEqual([1]);
    open(2);
    expect([...served]).toEqual([1, 2]);
  });
});
