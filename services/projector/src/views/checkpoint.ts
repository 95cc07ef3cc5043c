import { randomUUID } from 'node:crypto';
import type { StoreConnection } from '@edict/nats';
import { headers } from '@nats-io/transport-node';
import { fetchMessage, storeMessage } from '../broker.ts';
import { type Position, readPosition, START } from '../position.ts';
import { rowAddress } from './rows.ts';

/** A row's key has at least two tokens, so this one never collides with a row. */
const CHECKPOINT_KEY = '_checkpoint';

/**
 * How far a bucket's rows are, kept in the bucket itself. It is marked with an id of its own when it is begun, so
 * that a bucket that was deleted and made again, by whomever, is told from the one that was written before.
 */
export interface Checkpoint {
  /** Reads it, or begins it; `anew` begins it in any case. */
  open(anew: boolean): Promise<Position>;
  /** Notes a later position; one that another projector noted further on is left. `gone`: it is not the one opened. */
  save(position: Position): Promise<'saved' | 'gone'>;
  /** Whether the one that was opened is still there. */
  intact(): Promise<boolean>;
}

interface Noted extends Position {
  readonly id: string;
}

interface Found {
  readonly sequence: number;
  readonly noted?: Noted;
}

export const openCheckpoint = (store: StoreConnection, bucket: string): Checkpoint => {
  let id = '';

  const read = async (): Promise<Found> => {
    const query = { last_by_subj: rowAddress(bucket, CHECKPOINT_KEY) };
    const message = await fetchMessage(store, `KV_${bucket}`, query);
    if (typeof message === 'string') return { sequence: 0 };
    const noted = notedIn(message.data);
    return noted === undefined ? { sequence: message.seq } : { sequence: message.seq, noted };
  };
  const write = (noted: Noted, expected: number) => {
    const facts = headers();
    facts.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    return storeMessage(store, rowAddress(bucket, CHECKPOINT_KEY), JSON.stringify(noted), facts);
  };

  return {
    open: async (anew) => {
      for (;;) {
        const { sequence, noted } = await read();
        if (noted !== undefined && !(anew && noted.id === id)) {
          id = noted.id;
          return noted;
        }
        const begun = { id: randomUUID(), ...START };
        if ((await write(begun, sequence)) === 'conflict') continue;
        id = begun.id;
        return begun;
      }
    },
    save: async (position) => {
      for (;;) {
        const { sequence, noted } = await read();
        if (noted?.id !== id) return 'gone';
        if (noted.sequence > position.sequence) return 'saved';
        if ((await write({ id, ...position }, sequence)) !== 'conflict') return 'saved';
      }
    },
    intact: async () => (await read()).noted?.id === id,
  };
};

const notedIn = (data: Uint8Array): Noted | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString());
    const position = readPosition(value);
    const { id } = value as Partial<Noted>;
    return position === undefined || typeof id !== 'string' ? undefined : { id, ...position };
  } catch {
    return undefined;
  }
};
