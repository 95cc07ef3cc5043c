import { Fault } from '@edict/contracts';
import type { StoredMessage } from './jetstream-api.ts';
import type { JournalPlace } from './jetstream-journal.ts';
import { type FeedMessage, openFeed } from './ordered-feed.ts';

const AHEAD_BYTES = 8_388_608;

/** What to read, and what to call it. */
export type ReadPlace = Pick<JournalPlace, 'store' | 'stream' | 'subject' | 'timeoutMs'> & {
  readonly name: string;
};

/**
 * The messages on a subject after one sequence up to another, while the broker sends on in the background.
 * Fault `UNAVAILABLE` (retriable) when it sends nothing for that many milliseconds.
 */
export async function* readAhead(
  place: ReadPlace,
  after: number,
  last: number,
): AsyncGenerator<Omit<StoredMessage, 'at'>> {
  const { name, store, stream, subject, timeoutMs } = place;
  let queue: FeedMessage[] = [];
  let bytes = 0;
  let wake = (): void => {};
  let drained = (): void => {};
  let failure: unknown;
  const feed = openFeed(store, {
    stream,
    subject,
    after,
    onMessage: (message) => {
      if (message.sequence > last) return;
      queue.push(message);
      bytes += message.data.length;
      wake();
    },
    onFault: (error) => {
      failure = error;
    },
    hold: () => (bytes < AHEAD_BYTES ? undefined : new Promise<void>((resolve) => (drained = resolve))),
  });
  try {
    for (let position = after; position < last; ) {
      if (queue.length === 0 && !(await arrival(timeoutMs, (resolve) => (wake = resolve)))) {
        throw new Fault('UNAVAILABLE', `${name} could not be read on from sequence ${position}`, {
          retriable: true,
          cause: failure,
        });
      }
      const batch = queue;
      queue = [];
      for (const { sequence, data } of batch) {
        position = sequence;
        bytes -= data.length;
        yield { sequence, data };
      }
      if (bytes < AHEAD_BYTES) drained();
    }
  } finally {
    feed.stop();
    drained();
  }
}

/** Waits for a call; `false` when none came in time. */
const arrival = (timeoutMs: number, listen: (wake: () => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    listen(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
