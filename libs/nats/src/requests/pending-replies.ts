import type { Fault } from '@edict/contracts';
import { timedOut } from './request-faults.ts';

/** Called once per request: with the reply, or with the fault that took its place. */
export type DoneWith<R> = (fault: Fault | undefined, reply?: R) => void;

interface Pending<R> {
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
  failAll(make: (subject: string) => Fault): void;
  size(): number;
}

const SWEEP_MS = 20;

export const createPendingReplies = <R>(): PendingReplies<R> => {
  const waiting = new Map<number, Pending<R>>();
  let next = 0;
  let sweeper: NodeJS.Timeout | undefined;
  let earliest = Number.POSITIVE_INFINITY;

  const sweep = (): void => {
    if (waiting.size === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
      earliest = Number.POSITIVE_INFINITY;
    } else if (performance.now() >= earliest) earliest = expire(waiting, performance.now());
  };

  const take = (token: number): Pending<R> | undefined => {
    const request = waiting.get(token);
    waiting.delete(token);
    return request;
  };

  return {
    add: (subject, timeoutMs, done) => {
      const deadline = performance.now() + timeoutMs;
      const token = next++;
      waiting.set(token, { subject, deadline, timeoutMs, done });
      if (deadline < earliest) earliest = deadline;
      sweeper ??= setInterval(sweep, SWEEP_MS);
      return token;
    },
    settle: (token, reply) => take(token)?.done(undefined, reply),
    fail: (token, make) => {
      const request = take(token);
      request?.done(make(request.subject));
    },
    drop: (token) => void waiting.delete(token),
    failAll: (make) => {
      const requests = [...waiting.values()];
      waiting.clear();
      for (const { subject, done } of requests) done(make(subject));
    },
    size: () => waiting.size,
  };
};

/** Calls back those whose time is up; answers the earliest deadline of the others. */
const expire = <R>(waiting: Map<number, Pending<R>>, now: number): number => {
  let earliest = Number.POSITIVE_INFINITY;
  for (const [token, request] of waiting) {
    if (request.deadline <= now) {
      waiting.delete(token);
      request.done(timedOut(request.subject, request.timeoutMs));
    } else if (request.deadline < earliest) earliest = request.deadline;
  }
  return earliest;
};
