import { Fault, type Receipt } from '@edict/contracts';
import type { StoreConnection } from '@edict/nats';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { fetchMessage, storeMessage } from '../broker.ts';

/** A row as it is to be. */
export interface Row {
  readonly key: string;
  /** The event that made it so: a row that a later one made is left as it is. */
  readonly receipt: Receipt;
  /** The value as JSON text, made when it is written; `undefined` deletes the row. */
  readonly text: () => string | undefined;
}

/** The rows of one bucket, written by compare-and-set. */
export interface Rows {
  write(row: Row): Promise<void>;
  /** Forgets what it knows about the bucket. */
  forget(): void;
}

/** A row as it lies in the bucket: sequence 0 when there is none. */
interface Known {
  readonly sequence: number;
  readonly receipt?: Receipt;
}

/** On a marker of a deleted row, which has no value to carry it. */
const RECEIPT_HEADER = 'Edict-Receipt';
const KNOWN_ROWS = 20_000;
const MOST_ATTEMPTS = 50;
const NONE: Known = { sequence: 0 };

export const openRows = (store: StoreConnection, bucket: string): Rows => {
  const known = new Map<string, Known>();
  const remember = (key: string, row: Known): void => {
    known.delete(key);
    known.set(key, row);
    if (known.size <= KNOWN_ROWS) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      return;
    }
  };

  return {
    write: async (row) => {
      // Most rows are new or were written here last; a wrong guess is a conflict, and then the row is read.
      let present = known.get(row.key) ?? NONE;
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        if (!isOlder(present, row.receipt)) return remember(row.key, present);
        const stored = await put(store, bucket, row, present.sequence);
        if (stored !== 'conflict')
          return remember(row.key, { sequence: stored.sequence, receipt: row.receipt });
        present = await readRow(store, bucket, row.key);
      }
      throw new Fault('UNAVAILABLE', `row ${row.key} of ${bucket} is written by too many`, {
        retriable: true,
      });
    },
    forget: () => known.clear(),
  };
};

/** Whether a row was made before an event, or by nothing that can be compared with it. */
const isOlder = ({ receipt: made }: Known, { journal, revision, index }: Receipt): boolean =>
  made === undefined ||
  made.journal !== journal ||
  made.revision < revision ||
  (made.revision === revision && made.index < index);

const put = (store: StoreConnection, bucket: string, { key, receipt, text }: Row, expected: number) => {
  const facts = headers();
  facts.set('Nats-Expected-Last-Subject-Sequence', String(expected));
  const value = text();
  if (value === undefined) {
    facts.set('KV-Operation', 'DEL');
    facts.set(RECEIPT_HEADER, JSON.stringify(receipt));
  }
  return storeMessage(store, rowAddress(bucket, key), value ?? '', facts);
};

const readRow = async (store: StoreConnection, bucket: string, key: string): Promise<Known> => {
  const message = await fetchMessage(store, `KV_${bucket}`, { last_by_subj: rowAddress(bucket, key) });
  if (typeof message === 'string') return NONE;
  const receipt = receiptIn(message.header, message.data);
  return receipt === undefined ? { sequence: message.seq } : { sequence: message.seq, receipt };
};

/** The receipt of a row or of a marker; a row that has none was not made from the log. */
const receiptIn = (header: MsgHdrs | undefined, data: Uint8Array): Receipt | undefined => {
  try {
    const onMarker = header?.get(RECEIPT_HEADER);
    const receipt: unknown = onMarker
      ? JSON.parse(onMarker)
      : JSON.parse(Buffer.from(data).toString())?.receipt;
    return isReceipt(receipt) ? receipt : undefined;
  } catch {
    return undefined;
  }
};

const isReceipt = (value: unknown): value is Receipt => {
  const { journal, revision, index } = (value ?? {}) as Partial<Receipt>;
  return typeof journal === 'string' && Number.isSafeInteger(revision) && Number.isSafeInteger(index);
};

/** Where a bucket keeps a row; keys are encoded already. */
export const rowAddress = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;
