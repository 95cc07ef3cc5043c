import { Fault } from '@edict/contracts';

/** Hosts by key (a partition, a workspace), each loaded once, at its first use or when it becomes one's own. */
export interface Hosts<K, H> {
  /** A host that is loaded. */
  get(key: K): H | undefined;
  /** Loads a host; one that could not be loaded is tried again at the next call. */
  open(key: K): Promise<H>;
  /** Forgets a host, so that the next call loads another one. */
  drop(key: K): void;
  all(): readonly H[];
  /** Drains every host; none is loaded any more. */
  drain(): Promise<void>;
}

export interface Hosted {
  drain(): Promise<void>;
}

export const createHosts = <K, H extends Hosted>(load: (key: K) => Promise<H>): Hosts<K, H> => {
  const loading = new Map<K, Promise<H>>();
  const loaded = new Map<K, H>();
  let drained = false;
  return {
    get: (key) => loaded.get(key),
    open: async (key) => {
      const known = loading.get(key);
      if (known !== undefined) return known;
      if (drained) throw new Fault('UNAVAILABLE', 'this process is being stopped', { retriable: true });
      const opening = load(key);
      loading.set(key, opening);
      opening.then(
        (host) => loaded.set(key, host),
        () => loading.delete(key),
      );
      return opening;
    },
    drop: (key) => {
      loading.delete(key);
      loaded.delete(key);
    },
    all: () => [...loaded.values()],
    drain: async () => {
      drained = true;
      const hosts = await Promise.allSettled(loading.values());
      await Promise.all(
        hosts.map((result) => (result.status === 'fulfilled' ? result.value.drain() : undefined)),
      );
    },
  };
};
