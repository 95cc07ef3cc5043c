import { deadAddress } from '@edict/contracts';
import { headers } from '@nats-io/transport-node';
import type { StoreConnection } from '../connections.ts';
import { type ApiReply, apiFault } from '../jetstream/jetstream-api.ts';
import { mostOfBody } from './most-of-body.ts';

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
  /** For what lay in a stream: its place there, so that it is not buried twice, and the id that it was known by. */
  readonly from?: { readonly place: string; readonly messageId: string };
}

/** Stores a dead letter; resolves once it is stored, rejects with a retriable Fault when it may not be. */
export type Bury = (letter: DeadLetter) => Promise<void>;

/**
 * Dead letters go out over the store connection, so that an edge needs no right to write streams. Of a message that does not
 * fit with what is to be said about it, the beginning is kept, and `Edict-Dead-Bytes` says how long it was.
 */
export const deadLetters =
  (store: StoreConnection): Bury =>
  async ({ ws, consumer, address, data, reason, reply, from }) => {
    const facts = headers();
    facts.set('Edict-Dead-Reason', headerText(reason));
    facts.set('Edict-Dead-Address', headerText(address));
    if (reply !== undefined) facts.set('Edict-Dead-Reply', headerText(reply));
    if (from !== undefined) {
      facts.set('Nats-Msg-Id', from.place);
      facts.set('Edict-Dead-Message-Id', headerText(from.messageId));
    }
    const most = mostOfBody(store.nc);
    if (data.byteLength > most) facts.set('Edict-Dead-Bytes', String(data.byteLength));
    const kept = data.subarray(0, most);
    const stored = await store.requester.request(deadAddress(ws, consumer), kept, { headers: facts });
    const { error } = stored.json<ApiReply<object>>();
    if (error !== undefined) throw apiFault('storing a dead letter', error);
  };

/** A header is one line of text. */
const headerText = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').slice(0, 1_000);
