import type { Clock } from '@edict/journal';
import { createHosts, type Hosted } from './hosts.ts';

/** The hosts of one decider's partitions, some of which are this process's own. */
export interface PartitionedHosts<H> {
  /** Hands over the partition's host, loading it when it is not; `unreadable` when that fails. */
  use(partition: number, use: (host: H) => void, unreadable: () => void): void;
  /**
   * Makes exactly these partitions one's own; tells of each new one as soon as it is loaded, and settles when each was
   * tried once. What did not work is tried again until it does: requests are answered meanwhile, if only with the
   * reason.
   */
  own(partitions: readonly number[], loaded?: (partition: number) => void): Promise<void>;
  open(partition: number): Promise<H>;
  all(): readonly H[];
  drain(): Promise<void>;
}

export interface OwnableHost extends Hosted {
  setActive(active: boolean): void;
  /** Settles when the host has read everything that the leader has. */
  ask(question: () => undefined): Promise<undefined>;
  status(): { readonly status: string };
}

export interface PartitionedHostsOptions<H> {
  readonly partitions: number;
  readonly clock: Clock;
  /** `onLeftBehind`: to be called when the host is of no use any more and another one is to be loaded in its place. */
  readonly load: (partition: number, onLeftBehind: () => void) => Promise<H>;
  /** Called when a partition became one's own, with its state rebuilt. */
  readonly onOwned: (host: H) => Promise<void>;
}

const RETRY_MS = 250;
/** How soon an owner without traffic notices what somebody else has appended to its journal. */
const LOOK_MS = 1_000;

export const createPartitionedHosts = <H extends OwnableHost>({
  partitions,
  clock,
  load,
  onOwned,
}: PartitionedHostsOptions<H>): PartitionedHosts<H> => {
  const hosts = createHosts<number, H>((partition) =>
    load(partition, () => {
      hosts.drop(partition);
      void takeOver(partition, () => {});
    }),
  );
  let owned: ReadonlySet<number> = new Set();
  let stopLooking: (() => void) | undefined;

  /**
   * A member that takes itself for the owner, for a moment, decides too. The owner runs into its commits at the next
   * request; the deadlines in them must pass without one.
   */
  const look = (): void => {
    for (const partition of owned) {
      const host = hosts.get(partition);
      // What is loading, broken or out of reach reads everything by itself, or nothing.
      if (host?.status().status === 'ready') host.ask(() => undefined).catch(() => undefined);
    }
    stopLooking = clock.after(LOOK_MS, look);
  };

  const tryTakeOver = async (partition: number, loaded: (partition: number) => void): Promise<boolean> => {
    try {
      const host = await hosts.open(partition);
      // One that cannot be continued refuses everything; there is nothing to take over.
      if (host.status().status === 'broken') return true;
      // One that was loaded before may have missed what others did since.
      await host.ask(() => undefined);
      if (!owned.has(partition)) return true;
      host.setActive(true);
      loaded(partition);
      await onOwned(host);
      return true;
    } catch {
      return false;
    }
  };
  /** Deadlines of an own partition must pass without traffic, so it is loaded now, however often it takes. */
  const takeOver = async (partition: number, loaded: (partition: number) => void): Promise<void> => {
    if (!owned.has(partition) || (await tryTakeOver(partition, loaded))) return;
    clock.after(RETRY_MS, () => void takeOver(partition, loaded));
  };

  return {
    use: (partition, use, unreadable) => {
      const host = hosts.get(partition);
      if (host !== undefined) use(host);
      else hosts.open(partition).then(use, unreadable);
    },
    own: async (next, loaded = () => {}) => {
      stopLooking ??= clock.after(LOOK_MS, look);
      const newlyOwned = next.filter((partition) => !owned.has(partition));
      owned = new Set(next);
      for (let partition = 0; partition < partitions; partition++) {
        hosts.get(partition)?.setActive(owned.has(partition));
      }
      await Promise.all(newlyOwned.map((partition) => takeOver(partition, loaded)));
    },
    open: hosts.open,
    all: hosts.all,
    drain: async () => {
      owned = new Set();
      stopLooking?.();
      await hosts.drain();
    },
  };
};
