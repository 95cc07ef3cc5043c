import type { Violation } from '@edict/checker';
import { type JournalName, STREAMS } from '@edict/contracts';
import { parseCommit } from '@edict/journal';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.ts';
import { expectation } from './fault-case.ts';

const CATCHES_UP_MS = 20_000;
const SHOWN = 5;
const AT_ONCE = 500;
const FETCH_MS = 2_000;

/** Events of the journals that the public feed never got. */
export const feedGaps = async (
  url: string,
  journals: ReadonlyMap<JournalName, readonly Uint8Array[]>,
): Promise<readonly Violation[]> => {
  const missing = new Set(eventIds(journals));
  const nc = await connect({ servers: url.split(',') });
  try {
    await eventually(
      'the feed holds every event',
      () => readOn(nc, missing).catch(() => false),
      CATCHES_UP_MS,
    ).catch(() => undefined);
  } finally {
    await nc.close();
  }
  if (missing.size === 0) return [];
  const some = [...missing].slice(0, SHOWN).join(', ');
  return [expectation('feed', `${missing.size} events are not in the public feed`, some)];
};

/** Takes what the feed holds off the list; true when nothing is left. A cluster that has just recovered may not answer. */
const readOn = async (nc: NatsConnection, missing: Set<string>): Promise<boolean> => {
  const { state } = await (await jetstreamManager(nc)).streams.info(STREAMS.events);
  if (state.messages === 0) return missing.size === 0;
  const consumer = await jetstream(nc).consumers.get(STREAMS.events);
  for (let seen = 0; seen < state.last_seq; ) {
    const before = seen;
    for await (const message of await consumer.fetch({ max_messages: AT_ONCE, expires: FETCH_MS })) {
      for (const { id } of message.json<readonly { readonly id: string }[]>()) missing.delete(id);
      seen = message.seq;
    }
    if (seen === before) break;
  }
  return missing.size === 0;
};

const eventIds = (journals: ReadonlyMap<JournalName, readonly Uint8Array[]>): string[] =>
  [...journals].flatMap(([name, commits]) =>
    commits.flatMap((bytes) => {
      const { revision, entries } = parseCommit(name, bytes);
      return entries.flatMap(({ events }) => events).map((_, index) => `${name}/${revision}/${index}`);
    }),
  );
