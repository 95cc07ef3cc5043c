import type { Clock } from '@edict/journal';
import { type Following, followStream, type StoreConnection } from '@edict/nats';

export interface StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
}

/** Messages of a stream that wait to be worked on, in order; no more than fit are fetched ahead. */
export interface Inbox {
  /** The messages that wait, up to the bounds of a batch; none when nothing came for a while, or it was closed. */
  next(idleMs: number): Promise<StreamMessage[]>;
  close(): void;
}

export interface InboxOptions {
  readonly store: StoreConnection;
  readonly clock: Clock;
  readonly stream: string;
  readonly after: number;
  readonly onFault: (error: unknown) => void;
  /** Bytes that may wait (32 MiB); above that fetching pauses until a quarter is left. */
  readonly aheadBytes?: number;
}

const BATCH_MESSAGES = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;
const AHEAD_BYTES = 32 * 1024 * 1024;

export const openInbox = (options: InboxOptions): Inbox => {
  const { store, clock, stream, after, onFault, aheadBytes = AHEAD_BYTES } = options;
  let waiting: StreamMessage[] = [];
  let bytes = 0;
  let last = after;
  let following: Following | undefined;
  let closed = false;
  let wake = (): void => {};

  const pause = (): void => {
    following?.stop();
    following = undefined;
  };
  const follow = (): void => {
    following = followStream(store, {
      stream,
      after: last,
      onFault,
      onMessage: (subject, data, sequence) => {
        // What a paused feed still had on its way is fetched again later.
        if (following === undefined || sequence <= last) return;
        last = sequence;
        bytes += data.length;
        waiting.push({ subject, data, sequence });
        if (bytes > aheadBytes) pause();
        wake();
      },
    });
  };

  const takeBatch = (): StreamMessage[] => {
    let size = 0;
    let count = 0;
    for (const { data } of waiting) {
      if (count >= BATCH_MESSAGES || (count > 0 && size + data.length > BATCH_BYTES)) break;
      size += data.length;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    bytes -= size;
    if (following === undefined && !closed && bytes <= aheadBytes / 4) follow();
    return batch;
  };

  follow();
  return {
    next: async (idleMs) => {
      if (waiting.length === 0 && !closed) {
        let cancel = (): void => {};
        await new Promise<void>((resolve) => {
          wake = resolve;
          cancel = clock.after(idleMs, resolve);
        });
        cancel();
        wake = () => {};
      }
      return closed ? [] : takeBatch();
    },
    close: () => {
      closed = true;
      pause();
      wake();
    },
  };
};
