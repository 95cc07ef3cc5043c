import type { Fault } from '@edict/contracts';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import {
  BUNDLE_BYTES,
  BUNDLE_HEADER,
  BUNDLE_PARTS,
  bundledAddress,
  bundledInbox,
  cut,
  headerList,
  rangeAddress,
  readRange,
} from './bundle.ts';
import { createPendingReplies } from './pending-replies.ts';
import { isNobody, noResponders, unsendable } from './request-faults.ts';

/** Called once per request: with the bytes of the reply, or with the fault that took its place. */
export type BytesDone = (fault: Fault | undefined, data?: Uint8Array) => void;

/** Requests that may travel together, both ways: those of one turn to one subject are one message (ADR 9). */
export interface BundledRequests {
  send(subject: string, payload: Uint8Array | string, options: BundledOptions, done: BytesDone): void;
  /** Takes a message of the inbox; `tail` is what its subject has after the inbox's prefix. */
  receive(tail: string, message: Msg): void;
  /** Fails all, or all that was sent to one subject. */
  failAll(make: (subject: string) => Fault, subject?: string): void;
  size(): number;
}

export interface BundledOptions {
  /** Milliseconds until the fault `TIMEOUT`. */
  readonly timeoutMs: number;
  /** Values without a comma in them. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Queued extends BundledOptions {
  readonly subject: string;
  readonly payload: Uint8Array;
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
    const groups = all.length === 1 ? [all] : groupsOf(all);
    for (const requests of groups) publish(requests[0]?.subject ?? '', requests);
  };

  const publish = (subject: string, requests: readonly Queued[]): void => {
    const tokens = requests.map(({ timeoutMs, done }) => waiting.add(subject, timeoutMs, done));
    const [first = 0] = tokens;
    const payloads = requests.map(({ payload }) => payload);
    try {
      if (requests.length === 1) {
        const reply = bundledAddress({ inbox, number: first });
        nc.publish(subject, payloads[0], { reply, ...headersFor(requests) });
        return;
      }
      const reply = rangeAddress(inbox, first, tokens.at(-1) ?? first);
      nc.publish(subject, Buffer.concat(payloads), { reply, ...headersFor(requests) });
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
    send: (subject, body, options, done) => {
      const payload = typeof body === 'string' ? Buffer.from(body) : body;
      if (queued.length >= BUNDLE_PARTS || bytes + payload.byteLength > BUNDLE_BYTES) flush();
      if (queued.length === 0) process.nextTick(flush);
      queued.push({ ...options, subject, payload, done });
      bytes += payload.byteLength;
    },
    receive,
    failAll: (make, subject) => {
      // What is still to be sent to a subject learns by itself what comes of that.
      if (subject === undefined) {
        bytes = 0;
        for (const { subject, done } of queued.splice(0)) done(make(subject));
      }
      waiting.failAll(make, subject);
    },
    size: () => queued.length + waiting.size(),
  };
};

/** What may travel together: what goes to one subject, under headers of the same names, in the order in which it came. */
const groupsOf = (all: readonly Queued[]): Iterable<Queued[]> => {
  const groups = new Map<string, Queued[]>();
  for (const queued of all) {
    const { subject, headers: own } = queued;
    const key = own === undefined ? subject : `${subject} ${Object.keys(own)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [queued]);
    else group.push(queued);
  }
  return groups.values();
};

/** The sizes of a bundle, and the requests' own headers as lists. */
const headersFor = (requests: readonly Queued[]): { headers?: MsgHdrs } => {
  const own = Object.keys(requests[0]?.headers ?? {});
  if (requests.length === 1 && own.length === 0) return {};
  const block = headers();
  if (requests.length > 1)
    block.set(BUNDLE_HEADER, headerList(requests.map(({ payload }) => String(payload.byteLength))));
  for (const name of own) block.set(name, headerList(requests.map((each) => each.headers?.[name] ?? '')));
  return { headers: block };
};
