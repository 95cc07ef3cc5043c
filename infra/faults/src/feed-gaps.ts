import type { Violation } from '@edict/checker';
import type { JournalName } from '@edict/contracts';
import { parseCommit } from '@edict/journal';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.ts';
import { expectation } from './fault-case.ts';
import { readFeed } from './read-feed.ts';

const CATCHES_UP_MS = 20_000;
const SHOWN = 5;

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
  await readFeed(nc, ({ id }) => missing.delete(id));
  return missing.size === 0;
};

const eventIds = (journals: ReadonlyMap<JournalName, readonly Uint8Array[]>): string[] =>
  [...journals].flatMap(([name, commits]) =>
    commits.flatMap((bytes) => {
      const { revision, entries } = parseCommit(name, bytes);
      return entries.flatMap(({ events }) => events).map((_, index) => `${name}/${revision}/${index}`);
    }),
  );
