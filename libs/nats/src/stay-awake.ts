import { availableParallelism } from 'node:os';

/** Milliseconds: some three times what a broker takes that does not wait for its disk, or a requester that asks on. */
const AWAKE_MS = 0.3;
/** After waits in vain (a disk that is waited for, nobody who asks on) it is slept up to so many times. */
const LONGEST_REST = 64;

export interface StayAwakeOptions {
  /** With a single processor, whoever stays awake keeps the broker from working. */
  readonly processors?: number;
  /** Milliseconds. */
  readonly now?: () => number;
  /** Calls back in the next turn of the event loop. */
  readonly soon?: (callback: () => void) => void;
}

/**
 * Keeps the event loop turning until something comes that is expected at once, for at most 0.3 ms: to be put to sleep
 * and woken again takes a process longer than a near broker takes to answer (docs/performance.md, P2). Each wait in
 * vain doubles how often it is slept before the next try.
 */
export const createStayAwake = ({
  processors = availableParallelism(),
  now = () => performance.now(),
  soon = setImmediate,
}: StayAwakeOptions = {}): ((expected: Promise<unknown>) => void) => {
  let rest = 1;
  let resting = 0;
  return (expected) => {
    if (processors < 2) return;
    if (resting > 0) {
      resting -= 1;
      return;
    }
    const latest = now() + AWAKE_MS;
    let arrived = false;
    const arrive = (): void => {
      arrived = true;
    };
    const look = (): void => {
      if (arrived) rest = 1;
      else if (now() < latest) soon(look);
      else {
        resting = rest;
        rest = Math.min(rest * 2, LONGEST_REST);
      }
    };
    expected.then(arrive, arrive);
    soon(look);
  };
};
