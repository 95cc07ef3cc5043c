import { headers, type NatsConnection } from '@nats-io/transport-node';
import { BUNDLE_BYTES, BUNDLE_HEADER, type BundledInbox, bundledAddress } from './bundle.ts';

/** Sends the replies to one requester that are ready in one turn as one message. */
export interface MergedReplies {
  add(to: BundledInbox, payload: Uint8Array): void;
}

interface Waiting {
  readonly numbers: number[];
  readonly payloads: Uint8Array[];
  bytes: number;
}

const repliesOf = new WeakMap<NatsConnection, MergedReplies>();

/** The merged replies of a connection: all that it serves share them. */
export const mergedReplies = (nc: NatsConnection): MergedReplies => {
  const known = repliesOf.get(nc);
  if (known !== undefined) return known;
  const replies = createMergedReplies(nc);
  repliesOf.set(nc, replies);
  return replies;
};

const createMergedReplies = (nc: NatsConnection): MergedReplies => {
  let waiting = new Map<string, Waiting>();
  const flush = (): void => {
    const ready = waiting;
    waiting = new Map();
    for (const [inbox, replies] of ready) send(nc, inbox, replies);
  };
  return {
    add: ({ inbox, number }, payload) => {
      // Ticks come after everything that a read of the socket has set going: what is answered together, leaves together.
      if (waiting.size === 0) process.nextTick(flush);
      let replies = waiting.get(inbox);
      if (replies !== undefined && replies.bytes + payload.byteLength > BUNDLE_BYTES) {
        send(nc, inbox, replies);
        replies = undefined;
      }
      if (replies === undefined)
        waiting.set(inbox, { numbers: [number], payloads: [payload], bytes: payload.byteLength });
      else {
        replies.numbers.push(number);
        replies.payloads.push(payload);
        replies.bytes += payload.byteLength;
      }
    },
  };
};

const send = (nc: NatsConnection, inbox: string, { numbers, payloads }: Waiting): void => {
  // A reply that nobody can get any more is no fault: the sender times out and asks again.
  if (nc.isClosed()) return;
  const [number = 0] = numbers;
  const [payload] = payloads;
  if (payloads.length === 1) {
    nc.publish(bundledAddress({ inbox, number }), payload);
    return;
  }
  const block = headers();
  block.set(BUNDLE_HEADER, numbers.map((each, i) => `${each}:${payloads[i]?.byteLength}`).join(','));
  nc.publish(`${inbox}m`, Buffer.concat(payloads), { headers: block });
};
