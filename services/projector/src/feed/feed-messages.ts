import { type Commit, eventAddress, Fault } from '@edict/contracts';
import { cloudEvent } from './cloud-events.ts';

/** A message of the feed: events of one commit, workspace and type. */
export interface FeedMessage {
  readonly address: string;
  /** Id of its first event: the same each time, so the broker drops a repeat within its window. */
  readonly id: string;
  /** A JSON array of CloudEvents. */
  readonly text: string;
}

/** A message stays below this; a single event that is larger goes alone. */
export const MESSAGE_BYTES = 900 * 1024;

/** What the broker takes in one message, less the headers. */
const MOST_BYTES = 1_020 * 1024;
/** A type is part of an address: tokens of letters, digits, `_` and `-`, with dots between them. */
const EVENT_TYPE = /^[\w-]+(?:\.[\w-]+)*$/;

interface Batch {
  readonly address: string;
  readonly id: string;
  texts: string[];
  bytes: number;
}

/**
 * The messages of a commit, in the order of their first events.
 * Fault `JOURNAL_BROKEN` for an event that cannot be sent at all: its type is no address, or it is larger than a message.
 */
export const feedMessages = ({ journal, revision, entries }: Commit, most = MESSAGE_BYTES): FeedMessage[] => {
  const batches: Batch[] = [];
  const open = new Map<string, Batch>();
  let index = 0;
  for (const entry of entries) {
    for (const event of entry.events) {
      const attributes = cloudEvent(entry, event, { journal, revision, index });
      const text = JSON.stringify(attributes);
      // One more for the comma, or for a bracket.
      const bytes = Buffer.byteLength(text) + 1;
      assertSendable(attributes.id, event.type, bytes);
      const address = eventAddress(entry.ws, event.type);
      let batch = open.get(address);
      if (batch === undefined || batch.bytes + bytes >= most) {
        batch = { address, id: attributes.id, texts: [], bytes: 1 };
        open.set(address, batch);
        batches.push(batch);
      }
      batch.texts.push(text);
      batch.bytes += bytes;
      index += 1;
    }
  }
  return batches.map((batch) => ({
    address: batch.address,
    id: batch.id,
    text: `[${batch.texts.join(',')}]`,
  }));
};

const assertSendable = (id: string, type: string, bytes: number): void => {
  if (!EVENT_TYPE.test(type))
    throw new Fault('JOURNAL_BROKEN', `${id} has the type ${JSON.stringify(type)}, which is no address`);
  if (bytes > MOST_BYTES)
    throw new Fault('JOURNAL_BROKEN', `${id} has ${bytes} bytes; a message has at most ${MOST_BYTES}`);
};
