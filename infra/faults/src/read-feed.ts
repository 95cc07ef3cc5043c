import { STREAMS } from '@edict/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Json } from './load/history.ts';

const AT_ONCE = 500;
const FETCH_MS = 2_000;

/** Shows every event that the public feed holds now, from the oldest on; an event may come twice. */
export const readFeed = async (nc: NatsConnection, onEvent: (event: Json) => void): Promise<void> => {
  const { state } = await (await jetstreamManager(nc)).streams.info(STREAMS.events);
  if (state.messages === 0) return;
  const consumer = await jetstream(nc).consumers.get(STREAMS.events);
  for (let seen = 0; seen < state.last_seq; ) {
    const before = seen;
    for await (const message of await consumer.fetch({ max_messages: AT_ONCE, expires: FETCH_MS })) {
      for (const event of message.json<Json[]>()) onEvent(event);
      seen = message.seq;
    }
    if (seen === before) break;
  }
};
