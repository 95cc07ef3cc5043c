import type { JournalKind, JournalName } from '@edict/contracts';
import type { OpenJournal, PlacedAnchor, Snapshots } from '@edict/journal';

/** A message of a journal's stream as it is stored: whose it claims to be, and its bytes. */
export interface StoredMessage {
  /** Its place in the stream that all journals of a kind share. */
  readonly sequence: number;
  readonly journal: JournalName;
  readonly bytes: Uint8Array;
}

/** A place of a stream where a message should lie and cannot be read. */
export interface LostMessage {
  readonly stream: string;
  readonly sequence: number;
  readonly why: string;
}

export interface ReadOptions {
  /** Only what lies after this sequence. */
  readonly after?: number;
  /** Hears of each place that cannot be read; without it the first one is the Fault `JOURNAL_BROKEN`. */
  readonly onLost?: (lost: LostMessage) => void;
}

/** What verbs read of a deployment besides asking its services. */
export interface StoreReader {
  /** Every commit of every journal of a kind, in the order of the stream, up to its end at the time of the call. */
  commits(kind: JournalKind, options?: ReadOptions): AsyncIterable<StoredMessage>;
  /** How many commits the broker counts in each journal of a kind, readable or not. */
  counts(kind: JournalKind): Promise<ReadonlyMap<JournalName, number>>;
  /** Where journals were when they were last anchored: as NATS has it, and the files in these store folders. */
  anchors(folders: readonly string[]): Promise<readonly PlacedAnchor[]>;
  /** The value of a key of a view; `undefined` when there is none. */
  view(bucket: string, key: string): Promise<unknown>;
  /** The values of a view whose keys begin with a token. */
  viewsOf(bucket: string, firstToken: string): Promise<readonly unknown[]>;
  /** For what begins at a checkpoint, because what lies below was purged. */
  readonly openJournal: OpenJournal;
  readonly snapshots: Snapshots;
}
