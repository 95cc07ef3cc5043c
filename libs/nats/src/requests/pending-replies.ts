import { Fault } from '@edict/contracts';
import type { Msg } from '@nats-io/transport-node';

/** Called once per request: with the reply, or with the fault that took its place. */
export type Done = (fault: Fault | undefined, reply?: Msg) => void;

interface Pending {
  readonly subject: string;
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly done: Done;
}

/** Those who wait for a reply, each under a number, with one timer for all their deadlines. */
export interface PendingReplies {
  add(subject: string, timeoutMs: number, done: Done): number;
  /** Hands a reply over; one that nobody waits for (any more) is dropped. */
  settle(token: number, reply: Msg): void;
  /** Forgets a request without calling back. */
  drop(token: number): void;
  failAll(make: (subject: string) => Fault): void;
  size(): number;
}

const SWEEP_MS = 20;

export const createPendingReplies = (): PendingReplies => {
  const waiting = new Map<number, Pending>();
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

  return {
    add: (subject, timeoutMs, done) => {
      const deadline = performance.now() + timeoutMs;
      const token = next++;
      waiting.set(token, { subject, deadline, timeoutMs, done });
      if (deadline < earliest) earliest = deadline;
      sweeper ??= setInterval(sweep, SWEEP_MS);
      return token;
    },
    settle: (token, reply) => {
      const request = waiting.get(token);
      if (request === undefined) return;
      waiting.delete(token);
      if (isNobody(reply)) request.done(noResponders(request.subject));
      else request.done(undefined, reply);
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
const expire = (waiting: Map<number, Pending>, now: number): number => {
  let earliest = Number.POSITIVE_INFINITY;
  for (const [token, request] of waiting) {
    if (request.deadline <= now) {
      waiting.delete(token);
      request.done(timedOut(request));
    } else if (request.deadline < earliest) earliest = request.deadline;
  }
  return earliest;
};

/** The broker's own answer when nobody subscribes to the subject. */
const isNobody = (message: Msg): boolean => message.data.length === 0 && message.headers?.code === 503;

const noResponders = (subject: string): Fault =>
  new Fault('NO_RESPONDERS', `nobody listens on ${subject}`, { retriable: true });

const timedOut = ({ subject, timeoutMs }: Pending): Fault =>
  new Fault('TIMEOUT', `no reply from ${subject} within ${timeoutMs} ms`, { retriable: true });
