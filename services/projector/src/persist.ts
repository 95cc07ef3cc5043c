import type { Clock } from '@edict/journal';

const FIRST_WAIT_MS = 50;
const MOST_WAIT_MS = 2_000;

/** Does things again until they succeed, or until it is stopped. */
export interface Persistence {
  /** `undefined` when it was stopped. `onError` may throw to give up. */
  until<T>(work: () => Promise<T>, onError: (error: unknown) => Promise<void> | void): Promise<T | undefined>;
  /** Waits that long, or until it is stopped. */
  pause(ms: number): Promise<void>;
  stopped(): boolean;
  stop(): void;
}

export const createPersistence = (clock: Clock): Persistence => {
  let stopped = false;
  let wake = (): void => {};
  const pause = async (ms: number): Promise<void> => {
    let cancel = (): void => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      cancel = clock.after(ms, resolve);
    });
    cancel();
  };
  return {
    until: async (work, onError) => {
      for (let wait = FIRST_WAIT_MS; !stopped; wait = Math.min(wait * 2, MOST_WAIT_MS)) {
        try {
          return await work();
        } catch (error) {
          await onError(error);
        }
        if (!stopped) await pause(wait);
      }
      return undefined;
    },
    pause,
    stopped: () => stopped,
    stop: () => {
      stopped = true;
      wake();
    },
  };
};
