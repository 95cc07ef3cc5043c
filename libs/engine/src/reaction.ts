import type { Rejection } from '@edict/contracts';
import type { Clock } from '@edict/journal';

const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 2_000;

/**
 * Things that one journal owes another: each is sent at once and sent again until it is acknowledged. Sending is
 * harmless to repeat, because its target judges by its own state (architecture §1).
 */
export interface Reactions {
  /**
   * Sends something under a name, unless it is on its way or was acknowledged. Settles when it is, or is not owed any
   * more; gives the refusal when the target refused it for good, or when it was forgotten before it was acknowledged.
   */
  owe(name: string, send: () => Promise<Rejection | undefined>): Promise<Rejection | undefined>;
  /** What was owed under a name; `undefined` when nothing was, or it was forgotten. */
  owed(name: string): Promise<Rejection | undefined> | undefined;
  /** Forgets what is no longer owed. */
  forget(name: string): void;
  /** How many are not acknowledged. */
  pending(): number;
  /** Sends nothing any more. */
  stop(): void;
}

const FORGOTTEN: Rejection = {
  code: 'UNAVAILABLE',
  message: 'it was not acknowledged while it was owed',
};

export const createReactions = (clock: Clock): Reactions => {
  const owed = new Map<string, Promise<Rejection | undefined>>();
  let unacknowledged = 0;
  let stopped = false;

  const sendUntilAcknowledged: Reactions['owe'] = async (name, send) => {
    let refusal: Rejection | undefined = FORGOTTEN;
    unacknowledged += 1;
    for (let wait = FIRST_WAIT_MS; !stopped && owed.has(name); wait = Math.min(wait * 2, MOST_WAIT_MS)) {
      try {
        refusal = await send();
        break;
      } catch {
        await new Promise<void>((resolve) => clock.after(wait, resolve));
      }
    }
    unacknowledged -= 1;
    return refusal;
  };

  return {
    owe: (name, send) => {
      const known = owed.get(name);
      if (known !== undefined) return known;
      // The entry has to stand before the first look at it.
      const { promise, resolve } = Promise.withResolvers<Rejection | undefined>();
      owed.set(name, promise);
      void sendUntilAcknowledged(name, send).then(resolve);
      return promise;
    },
    owed: (name) => owed.get(name),
    forget: (name) => void owed.delete(name),
    pending: () => unacknowledged,
    stop: () => {
      stopped = true;
    },
  };
};

/** Whether a promise is kept within that many milliseconds. */
export const settlesWithin = (promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const settle = (reached: boolean) => (): void => {
      cancel();
      resolve(reached);
    };
    promise.then(settle(true), settle(false));
  });
