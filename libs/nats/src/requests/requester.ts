import type { Fault } from '@edict/contracts';
import {
  createInbox,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type PublishOptions,
} from '@nats-io/transport-node';
import { BUNDLED } from './bundle.ts';
import { type BytesDone, createBundledRequests } from './bundled-requests.ts';
import { createOwnerRequests, type OwnerOptions } from './owner-requests.ts';
import { OWNERS_HEADER } from './owners-header.ts';
import { createPendingReplies, type DoneWith } from './pending-replies.ts';
import { disconnected, forbidden, isNobody, noResponders, unheard, unsendable } from './request-faults.ts';

/** Called once per request: with the reply, or with the fault that took its place. */
export type Done = DoneWith<Msg>;

export interface RequestOptions {
  /** Milliseconds until the fault `TIMEOUT` (5000). */
  readonly timeoutMs?: number;
  readonly headers?: MsgHdrs;
}

/**
 * Request/reply at about a quarter of the cost of the client's own: one subscription for all replies, numbered
 * tokens, one timer.
 *
 * Faults: `TIMEOUT`, `NO_RESPONDERS` (nobody listens there, so nobody got it), `DISCONNECTED` (the connection is
 * down, or went down before the reply came), all retriable; `UNSENDABLE` (too large, a malformed subject);
 * `FORBIDDEN` (the credentials may not publish there, so nobody got it); `UNAVAILABLE` (they may not subscribe to
 * replies: it may have been carried out).
 */
export interface Requester {
  /** Calls `done` exactly once, at once when the request cannot be sent. */
  send(subject: string, payload: Uint8Array | string, options: RequestOptions, done: Done): void;
  request(subject: string, payload: Uint8Array | string, options?: RequestOptions): Promise<Msg>;
  /**
   * {@link Requester.send} to a service of Edict, in one message with whatever else this turn sends there; the
   * replies may come together too (ADR 9). What it is about leads it to its owner (ADR 18).
   */
  sendBundled(subject: string, payload: Uint8Array | string, options: OwnerOptions, done: BytesDone): void;
  /** How many wait for a reply. */
  pending(): number;
}

export interface RequesterOptions {
  readonly nc: NatsConnection;
  readonly connected: () => boolean;
  readonly onChange: (listener: (connected: boolean) => void) => () => void;
  /** Calls back with each subject to which the broker did not let something through. */
  readonly onForbidden: (listener: (subject: string) => void) => () => void;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** Makes a requester on a connection; it lives as long as the connection does. */
export const createRequester = (options: RequesterOptions): Requester => {
  const { nc, connected, onChange, onForbidden } = options;
  const inbox = `${createInbox(inboxPrefixOf(nc))}.`;
  const waiting = createPendingReplies<Msg>();
  const bundled = createBundledRequests(nc, inbox);
  const toOwners = createOwnerRequests(bundled);
  let subscribed = false;

  const failAll = (make: (subject: string) => Fault, subject?: string): void => {
    waiting.failAll(make, subject);
    bundled.failAll(make, subject);
  };
  onChange((up) => {
    if (!up) failAll(disconnected);
  });
  onForbidden((subject) => failAll(forbidden, subject));

  const receive = (message: Msg): void => {
    const told = message.headers?.get(OWNERS_HEADER);
    if (told) toOwners.learn(told);
    const tail = message.subject.slice(inbox.length);
    if (tail.startsWith(BUNDLED)) bundled.receive(tail.slice(BUNDLED.length), message);
    else if (isNobody(message)) waiting.fail(Number(tail), noResponders);
    else waiting.settle(Number(tail), message);
  };

  /** After a refusal the next request tries to subscribe again. */
  const hear = (refusal: Error | null, message: Msg): void => {
    if (refusal === null) receive(message);
    else {
      subscribed = false;
      failAll(unheard);
    }
  };

  const subscribeOnce = (): void => {
    if (subscribed) return;
    // The client subscribes again by itself after it has reconnected.
    nc.subscribe(`${inbox}>`, { callback: hear });
    subscribed = true;
  };

  const send: Requester['send'] = (subject, payload, options, done) => {
    if (!connected()) {
      done(disconnected(subject));
      return;
    }
    const token = waiting.add(subject, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, done);
    const publish: PublishOptions = { reply: inbox + token };
    if (options.headers !== undefined) publish.headers = options.headers;
    try {
      subscribeOnce();
      nc.publish(subject, typeof payload === 'string' ? Buffer.from(payload) : payload, publish);
    } catch (cause) {
      waiting.drop(token);
      done(unsendable(subject, cause));
    }
  };

  const sendBundled: Requester['sendBundled'] = (subject, payload, options, done) => {
    if (!connected()) {
      done(disconnected(subject));
      return;
    }
    subscribeOnce();
    toOwners.send(subject, payload, options, done);
  };

  return { send, request: requestThrough(send), sendBundled, pending: () => waiting.size() + bundled.size() };
};

const requestThrough =
  (send: Requester['send']): Requester['request'] =>
  (subject, payload, options = {}) =>
    new Promise((resolve, reject) => {
      send(subject, payload, options, (fault, reply) => {
        if (reply === undefined) reject(fault);
        else resolve(reply);
      });
    });

/** The client keeps the prefix to itself in its types. */
const inboxPrefixOf = (nc: NatsConnection): string | undefined =>
  (nc as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
