import { availableParallelism } from 'node:os';

/** Milliseconds: some three times what a broker takes that does not wait for its disk. */
const AWAKE_MS = 0.3;
/** After waits in vain (a disk that is waited for, a broker far away) up to so many answers are slept for. */
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
 * Keeps the event loop turning while a single answer is on its way, for at most 0.3 ms: to be put to sleep and woken
 * again takes a process longer than a near broker takes to acknowledge (docs/performance.md, P2). Each wait in vain
 * doubles how many answers are slept for before the next try.
 */
export const createStayAwake = ({
  processors = availableParallelism(),
  now = () => performance.now(),
  soon = setImmediate,
}: StayAwakeOptions = {}): ((answer: Promise<unknown>) => void) => {
  let rest = 1;
  let resting = 0;
  return (answer) => {
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
    answer.then(arrive, arrive);
    soon(look);
  };
};
