import type { Fault } from '@edict/contracts';
import { timedOut } from './request-faults.ts';

/** Called once per request: with the fault that took the place of the reply, or with the reply. */
export type DoneWith<R> = (fault: Fault | undefined, reply?: R) => void;

interface Pending<R> {
  readonly token: number;
  readonly subject: string;
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly done: DoneWith<R>;
}

/** Those who wait for a reply, each under a number, with one timer for all their deadlines. */
export interface PendingReplies<R> {
  add(subject: string, timeoutMs: number, done: DoneWith<R>): number;
  /** Hands a reply over; one that nobody waits for (any more) is dropped. */
  settle(token: number, reply: R): void;
  /** Gives up one request; one that nobody waits for (any more) is no fault. */
  fail(token: number, make: (subject: string) => Fault): void;
  /** Forgets a request without calling back. */
  drop(token: number): void;
  /** Gives up all, or all that went to one subject. */
  failAll(make: (subject: string) => Fault, subject?: string): void;
  size(): number;
}

const SWEEP_MS = 20;
const FIRST_SLOTS = 64;

/**
 * Numbers follow each other and most replies come in about that order, so a ring holds them: each number has its slot,
 * and when an older one still waits there, the ring grows. A `Map` would move to a fresh table again and again, with
 * what that means for the garbage collector (see the host's commands in flight).
 */
export const createPendingReplies = <R>(): PendingReplies<R> => {
  let slots: (Pending<R> | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  let next = 0;
  let size = 0;
  let sweeper: NodeJS.Timeout | undefined;
  let earliest = Number.POSITIVE_INFINITY;

  const place = (pending: Pending<R>): boolean => {
    const slot = pending.token % slots.length;
    if (slots[slot] !== undefined) return false;
    slots[slot] = pending;
    return true;
  };
  const waiting = (): Pending<R>[] =>
    slots.filter((pending) => pending !== undefined).sort((a, b) => a.token - b.token);
  /** Numbers that do not share a slot of a ring do not share one of a ring twice as long. */
  const grow = (): void => {
    const all = waiting();
    slots = new Array(slots.length * 2).fill(undefined);
    for (const pending of all) place(pending);
  };
  const take = (token: number): Pending<R> | undefined => {
    const slot = token % slots.length;
    const pending = slots[slot];
    if (pending?.token !== token) return undefined;
    slots[slot] = undefined;
    size -= 1;
    return pending;
  };

  const sweep = (): void => {
    const now = performance.now();
    if (size === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
      earliest = Number.POSITIVE_INFINITY;
    } else if (now >= earliest) expire(now);
  };
  /** Calls back those whose time is up, in the order in which they were sent. */
  const expire = (now: number): void => {
    const late: Pending<R>[] = [];
    earliest = Number.POSITIVE_INFINITY;
    for (const pending of waiting()) {
      if (pending.deadline <= now) late.push(pending);
      else earliest = Math.min(earliest, pending.deadline);
    }
    for (const { token, subject, timeoutMs } of late) take(token)?.done(timedOut(subject, timeoutMs));
  };

  return {
    add: (subject, timeoutMs, done) => {
      const deadline = performance.now() + timeoutMs;
      const pending = { token: next++, subject, deadline, timeoutMs, done };
      while (!place(pending)) grow();
      size += 1;
      if (deadline < earliest) earliest = deadline;
      sweeper ??= setInterval(sweep, SWEEP_MS);
      return pending.token;
    },
    settle: (token, reply) => take(token)?.done(undefined, reply),
    fail: (token, make) => {
      const request = take(token);
      request?.done(make(request.subject));
    },
    drop: (token) => void take(token),
    failAll: (make, only) => {
      for (const { token, subject } of waiting())
        if (only === undefined || subject === only) take(token)?.done(make(subject));
    },
    size: () => size,
  };
};
