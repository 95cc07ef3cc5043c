import { createStepClock, settled } from '@edict/journal/testing';
import { describe, expect, it } from 'vitest';
import { createPartitionedHosts, type OwnableHost } from './partitioned-hosts.ts';

interface NumberedHost extends OwnableHost {
  readonly partition: number;
}

/** Three partitions whose journals open when the test says so. */
const createRig = () => {
  const doors = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const active = new Set<number>();
  const hosts = createPartitionedHosts<NumberedHost>({
    partitions: 3,
    clock: createStepClock(),
    load: async (partition) => {
      await doors[partition]?.promise;
      return {
        partition,
        setActive: (on) => (on ? active.add(partition) : active.delete(partition)),
        ask: async () => undefined,
        status: () => ({ status: 'ready' }),
        drain: async () => {},
      };
    },
    onOwned: async () => {},
  });
  const open = async (partition: number): Promise<void> => {
    doors[partition]?.resolve();
    await settled();
  };
  return { hosts, active, open };
};

describe('taking partitions over', () => {
  it('tells of each as soon as it is loaded, however long another takes', async () => {
    const { hosts, active, open } = createRig();
    const loaded: number[] = [];
    let all = false;
    void hosts
      .own([0, 1, 2], (partition) => loaded.push(partition))
      .then(() => {
        all = true;
      });
    await open(2);
    await open(0);
    expect([loaded, [...active], all]).toEqual([[2, 0], [2, 0], false]);
    await open(1);
    expect([loaded, all]).toEqual([[2, 0, 1], true]);
  });

  it('tells of none that was lost before it was loaded, and of none twice', async () => {
    const { hosts, active, open } = createRig();
    const loaded: number[] = [];
    const own = (partitions: number[]) => hosts.own(partitions, (partition) => loaded.push(partition));
    const first = own([0, 1]);
    await open(0);
    const second = own([0]);
    await open(1);
    await Promise.all([first, second]);
    expect([loaded, [...active]]).toEqual([[0], [0]]);
  });
});
