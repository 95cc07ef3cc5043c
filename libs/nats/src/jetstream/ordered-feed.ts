import type { StoreConnection } from '../connections.ts';
import { type FeedSession, startSession } from './feed-session.ts';

export interface FeedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  /** How many more the broker had when it sent this one. */
  readonly pending: number;
}

export interface FeedOptions {
  readonly stream: string;
  /** Only messages on this subject, which may have wildcards. */
  readonly subject?: string;
  /** Sequence after which to begin; 0 is the beginning. */
  readonly after: number;
  /** Called in order, each message once. When it throws, the feed stops and `onFault` is told. */
  readonly onMessage: (message: FeedMessage) => void;
  /** Called each time the broker has taken the feed up, with the number of messages that it has for it. */
  readonly onOpen?: (pending: number) => void;
  /** Told why the feed could not be taken up (it keeps trying), or why it stopped. */
  readonly onFault?: (error: unknown) => void;
  /** While the promise it answers is open, the broker sends no more than its window. */
  readonly hold?: () => Promise<void> | undefined;
}

export interface Feed {
  /** Sequence of the last message handed over. */
  position(): number;
  stop(): void;
}

const WATCH_MS = 1_000;
const SILENCE_MS = 2_500;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;

/**
 * The messages of a stream in order, without a gap, for as long as it is not stopped.
 *
 * It is taken up anew, from the last sequence that was handed over, after a gap, silence, a lost connection or a
 * restart of the server.
 */
export const openFeed = (store: StoreConnection, options: FeedOptions): Feed => {
  const { stream, subject, onMessage, onOpen, onFault, hold } = options;
  let position = options.after;
  let session: FeedSession | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = RETRY_FIRST_MS;
  let stopped = false;

  const drop = (): void => {
    clearTimeout(retry);
    session?.end();
    session = undefined;
  };

  const open = (): void => {
    drop();
    if (stopped || !store.connected() || store.nc.isDraining() || store.nc.isClosed()) return;
    const current = startSession(store, {
      stream,
      subject,
      after: position,
      hold,
      // A gap is mended at once; what the broker refuses is not asked for again in a tight loop.
      onBroken: (error) => (error === undefined ? open() : tryLater(error)),
      onMessage: (message, { sequence, pending }) => {
        position = sequence;
        try {
          onMessage({ subject: message.subject, data: message.data, sequence, pending });
        } catch (error) {
          stop();
          onFault?.(error);
        }
      },
    });
    session = current;
    current.opened.then(
      (pending) => {
        retryMs = RETRY_FIRST_MS;
        if (session === current) onOpen?.(pending);
        else current.end();
      },
      (error) => {
        if (session === current) tryLater(error);
      },
    );
  };

  const tryLater = (error: unknown): void => {
    drop();
    onFault?.(error);
    if (stopped) return;
    retry = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MOST_MS);
  };

  const watchdog = setInterval(() => {
    if (session !== undefined && performance.now() - session.heard() > SILENCE_MS) open();
  }, WATCH_MS);
  const unlisten = store.onChange((connected) => (connected ? open() : drop()));
  const stop = (): void => {
    stopped = true;
    clearInterval(watchdog);
    unlisten();
    drop();
  };
  open();
  return { position: () => position, stop };
};
