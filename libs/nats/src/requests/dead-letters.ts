import { deadAddress } from '@edict/contracts';
import { headers } from '@nats-io/transport-node';
import type { StoreConnection } from '../connections.ts';

/** A message that could not be handled, as it came. */
export interface DeadLetter {
  readonly ws: string;
  /** Who could not handle it: `enforcer`, `projector` … */
  readonly consumer: string;
  /** The address that it was sent to. */
  readonly address: string;
  readonly data: Uint8Array;
  readonly reason: string;
  /** Where the sender wanted the answer. */
  readonly reply?: string;
}

/** Stores a dead letter; resolves once it is stored, rejects with a retriable Fault when it may not be. */
export type Bury = (letter: DeadLetter) => Promise<void>;

/** Dead letters go out over the store connection, so that an edge needs no right to write streams. */
export const deadLetters =
  (store: StoreConnection): Bury =>
  async ({ ws, consumer, address, data, reason, reply }) => {
    const facts = headers();
    facts.set('Edict-Dead-Reason', headerText(reason));
    facts.set('Edict-Dead-Address', headerText(address));
    if (reply !== undefined) facts.set('Edict-Dead-Reply', headerText(reply));
    await store.requester.request(deadAddress(ws, consumer), data, { headers: facts });
  };

/** A header is one line of text. */
const headerText = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').slice(0, 1_000);
