import type { Clock } from '@edict/journal';

/** Those who wait until a revision of a workspace's policies is applied. */
export interface RevisionWaiters {
  /** True once it is applied, false when it is not within that many milliseconds. */
  wait(ws: string, revision: number, timeoutMs: number, clock: Clock): Promise<boolean>;
  reached(ws: string, revision: number): void;
}

interface Waiter {
  readonly revision: number;
  readonly settle: (reached: boolean) => void;
}

export const createRevisionWaiters = (): RevisionWaiters => {
  const waiting = new Map<string, Set<Waiter>>();

  const leave = (ws: string, waiter: Waiter): void => {
    const those = waiting.get(ws);
    those?.delete(waiter);
    if (those?.size === 0) waiting.delete(ws);
  };

  return {
    wait: (ws, revision, timeoutMs, clock) =>
      new Promise((resolve) => {
        const waiter: Waiter = {
          revision,
          settle: (reached) => {
            cancel();
            leave(ws, waiter);
            resolve(reached);
          },
        };
        const cancel = clock.after(timeoutMs, () => waiter.settle(false));
        const those = waiting.get(ws) ?? new Set();
        waiting.set(ws, those.add(waiter));
      }),
    reached: (ws, revision) => {
      for (const waiter of [...(waiting.get(ws) ?? [])]) {
        if (waiter.revision <= revision) waiter.settle(true);
      }
    },
  };
};
