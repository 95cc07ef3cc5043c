import type { StoreConnection } from './connections.ts';
import { type FeedOptions, openFeed } from './jetstream/ordered-feed.ts';

export interface FollowOptions extends Pick<FeedOptions, 'stream' | 'subject' | 'onFault'> {
  /** Sequence after which to begin (0: the beginning). */
  readonly after?: number;
  /** Called in order, each message once; throwing ends the following, and `onFault` is told why. */
  readonly onMessage: (subject: string, data: Uint8Array, sequence: number) => void;
  /** Called once, when everything that was stored has been handed over for the first time. */
  readonly onCaughtUp?: () => void;
}

export interface Following {
  /** Sequence of the last message handed over. */
  position(): number;
  stop(): void;
}

/** Hands over a stream's messages, old ones first, then each as it comes, through reconnects and restarts. */
export const followStream = (store: StoreConnection, options: FollowOptions): Following => {
  const { stream, subject, onFault, after = 0, onMessage, onCaughtUp } = options;
  let behind = true;
  const caughtUpWhen = (pending: number): void => {
    if (!behind || pending > 0) return;
    behind = false;
    onCaughtUp?.();
  };
  return openFeed(store, {
    stream,
    after,
    ...(subject !== undefined && { subject }),
    ...(onFault !== undefined && { onFault }),
    onMessage: (message) => {
      onMessage(message.subject, message.data, message.sequence);
      caughtUpWhen(message.pending);
    },
    onOpen: caughtUpWhen,
  });
};
