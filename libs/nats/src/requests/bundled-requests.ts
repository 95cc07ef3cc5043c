import type { Fault } from '@edict/contracts';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import {
  BUNDLE_BYTES,
  BUNDLE_HEADER,
  BUNDLE_PARTS,
  bundledAddress,
  bundledInbox,
  cut,
  rangeAddress,
  readRange,
} from './bundle.ts';
import { createPendingReplies } from './pending-replies.ts';
import { isNobody, noResponders, unsendable } from './request-faults.ts';

/** Called once per request: with the bytes of the reply, or with the fault that took its place. */
export type BytesDone = (fault: Fault | undefined, data?: Uint8Array) => void;

/** Requests that may travel together, both ways: those of one turn to one subject are one message (ADR 9). */
export interface BundledRequests {
  send(subject: string, payload: string, timeoutMs: number, done: BytesDone): void;
  /** Takes a message of the inbox; `tail` is what its subject has after the inbox's prefix. */
  receive(tail: string, message: Msg): void;
  failAll(make: (subject: string) => Fault): void;
  size(): number;
}

interface Queued {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  readonly done: BytesDone;
}

/** Keeps the requests of one connection whose replies come under a prefix, which ends with a dot. */
export const createBundledRequests = (nc: NatsConnection, prefix: string): BundledRequests => {
  const inbox = bundledInbox(prefix);
  const waiting = createPendingReplies<Uint8Array>();
  let queued: Queued[] = [];
  let bytes = 0;

  const flush = (): void => {
    const all = queued;
    queued = [];
    bytes = 0;
    for (let from = 0; from < all.length; ) {
      let to = from + 1;
      while (to < all.length && all[to]?.subject === all[from]?.subject) to++;
      publish(all.slice(from, to));
      from = to;
    }
  };

  const publish = (requests: readonly Queued[]): void => {
    const tokens = requests.map(({ subject, timeoutMs, done }) => waiting.add(subject, timeoutMs, done));
    const [first = 0] = tokens;
    const subject = requests[0]?.subject ?? '';
    try {
      if (requests.length === 1) {
        nc.publish(subject, requests[0]?.payload, { reply: bundledAddress({ inbox, number: first }) });
        return;
      }
      const payloads = requests.map(({ payload }) => payload);
      const block = headers();
      block.set(BUNDLE_HEADER, payloads.map(({ byteLength }) => byteLength).join(','));
      const reply = rangeAddress(inbox, first, tokens.at(-1) ?? first);
      nc.publish(subject, Buffer.concat(payloads), { reply, headers: block });
    } catch (cause) {
      for (const token of tokens) waiting.drop(token);
      for (const { done } of requests) done(unsendable(subject, cause));
    }
  };

  const receive: BundledRequests['receive'] = (tail, message) => {
    const merged = message.headers?.get(BUNDLE_HEADER);
    if (isNobody(message)) {
      const { first = Number(tail), last = Number(tail) } = readRange(inbox + tail) ?? {};
      for (let token = first; token <= last; token++) waiting.fail(token, noResponders);
    } else if (merged) settleMerged(merged, message.data);
    else waiting.settle(Number(tail), message.data);
  };

  const settleMerged = (header: string, payload: Uint8Array): void => {
    const places = header.split(',').map((place) => place.split(':').map(Number));
    const parts = cut(
      payload,
      places.map(([, size = Number.NaN]) => size),
    );
    // A message that is not what it says settles nothing: its requests time out and are asked again.
    for (const [i, part] of (parts ?? []).entries()) waiting.settle(places[i]?.[0] ?? Number.NaN, part);
  };

  return {
    send: (subject, text, timeoutMs, done) => {
      const payload = Buffer.from(text);
      if (queued.length >= BUNDLE_PARTS || bytes + payload.byteLength > BUNDLE_BYTES) flush();
      if (queued.length === 0) process.nextTick(flush);
      queued.push({ subject, payload, timeoutMs, done });
      bytes += payload.byteLength;
    },
    receive,
    failAll: (make) => {
      for (const { subject, done } of queued.splice(0)) done(make(subject));
      bytes = 0;
      waiting.failAll(make);
    },
    size: () => queued.length + waiting.size(),
  };
};
