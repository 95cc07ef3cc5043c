import { headers, type NatsConnection } from '@nats-io/transport-node';
import { BUNDLE_BYTES, BUNDLE_HEADER, type BundledInbox, bundledAddress } from './bundle.ts';
import { OWNERS_HEADER } from './owners-header.ts';

/** Sends the replies to one requester that are ready in one turn as one message. */
export interface MergedReplies {
  /** `owners` is for the header {@link OWNERS_HEADER} of the message. */
  add(to: BundledInbox, payload: Uint8Array, owners?: string): void;
}

interface Waiting {
  readonly numbers: number[];
  readonly payloads: Uint8Array[];
  bytes: number;
  owners: string | undefined;
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
    add: ({ inbox, number }, payload, owners) => {
      // Ticks come after everything that a read of the socket has set going: what is answered together, leaves together.
      if (waiting.size === 0) process.nextTick(flush);
      let replies = waiting.get(inbox);
      if (replies !== undefined && replies.bytes + payload.byteLength > BUNDLE_BYTES) {
        send(nc, inbox, replies);
        replies = undefined;
      }
      if (replies === undefined)
        waiting.set(inbox, { numbers: [number], payloads: [payload], bytes: payload.byteLength, owners });
      else {
        replies.numbers.push(number);
        replies.payloads.push(payload);
        replies.bytes += payload.byteLength;
        replies.owners ??= owners;
      }
    },
  };
};

/** Never throws: there is nobody to catch it after the turn. */
const send = (nc: NatsConnection, inbox: string, replies: Waiting): void => {
  // A reply that nobody can get any more is no fault: the sender times out and asks again.
  if (nc.isClosed()) return;
  if (attempt(() => publish(nc, inbox, replies))) return;
  for (const [i, number] of replies.numbers.entries())
    attempt(() => nc.publish(bundledAddress({ inbox, number }), replies.payloads[i]));
};

const attempt = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

const publish = (nc: NatsConnection, inbox: string, { numbers, payloads, owners }: Waiting): void => {
  const [number = 0] = numbers;
  const [payload] = payloads;
  if (payloads.length === 1 && owners === undefined) {
    nc.publish(bundledAddress({ inbox, number }), payload);
    return;
  }
  const block = headers();
  if (owners !== undefined) block.set(OWNERS_HEADER, owners);
  block.set(BUNDLE_HEADER, numbers.map((each, i) => `${each}:${payloads[i]?.byteLength}`).join(','));
  nc.publish(`${inbox}m`, Buffer.concat(payloads), { headers: block });
};
