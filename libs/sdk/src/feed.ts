import { subscriptions } from '@edict/contracts';
import { Observable } from 'rxjs';
import type { Transport } from './transport.ts';

/** An event of the public feed: CloudEvents 1.0. Its `id` is `<journal>/<revision>/<index>`. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly data: unknown;
  readonly [extension: string]: unknown;
}

/** How many event ids a subscription remembers: the feed repeats only what it sent a moment ago. */
const REMEMBERED = 10_000;

/**
 * The live feed of a workspace, each event once. `types` may end in `>` or hold `*`, like any NATS subject;
 * none means every type. Cold: each subscriber listens from the moment it subscribes. Errors with the Fault
 * `UNAVAILABLE` when the broker does not let it listen.
 */
export const watchFeed = (
  transport: Transport,
  ws: string,
  types: readonly string[],
): Observable<CloudEvent> =>
  new Observable((subscriber) => {
    const isNew = createRecentIds(REMEMBERED);
    const deliver = (data: Uint8Array): void => {
      for (const event of readBatch(data)) {
        if (isNew(event.id)) subscriber.next(event);
      }
    };
    const addresses =
      types.length === 0
        ? [subscriptions.events(ws, undefined)]
        : [...new Set(types)].map((type) => subscriptions.events(ws, type));
    const stops = addresses.map((address) =>
      transport.subscribe(address, deliver, (fault) => subscriber.error(fault)),
    );
    return () => {
      for (const stop of stops) stop();
    };
  });

/** Answers whether an id is new, remembering the last `capacity` of them. */
const createRecentIds = (capacity: number): ((id: string) => boolean) => {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    if (ids.size > capacity) {
      const [oldest] = ids;
      if (oldest !== undefined) ids.delete(oldest);
    }
    return true;
  };
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The events of a message in the JSON batch format; a message that is none of ours has none. */
export const readBatch = (data: Uint8Array): readonly CloudEvent[] => {
  try {
    const batch: unknown = JSON.parse(decoder.decode(data));
    return Array.isArray(batch) ? batch.filter(isCloudEvent) : [];
  } catch {
    return [];
  }
};

const isCloudEvent = (value: unknown): value is CloudEvent =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as CloudEvent).id === 'string' &&
  typeof (value as CloudEvent).type === 'string';
