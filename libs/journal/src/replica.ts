import { isFault, type JournalEvent } from '@edict/contracts';
import { type Batch, rememberIds } from './batch.ts';
import type { Taken } from './checkpoints/checkpointer.ts';
import type { LoadedCheckpoint } from './checkpoints/load-checkpoint.ts';
import { assertFollows, EMPTY_HEAD, type Head, parseCommit } from './commit-text.ts';
import type { Decider, Recorded, SpeculativeState } from './decider.ts';
import { foldCommit } from './fold-commit.ts';
import { sha256Text } from './hash.ts';
import type { CommittedEvent, HostLimits } from './host-options.ts';
import type { IdPlace } from './id-generation.ts';
import { createIdMemory, type IdMemory } from './id-memory.ts';
import type { Journal } from './journal.ts';
import { recall } from './recall.ts';
import { createRecentEntries, type RecentEntries } from './recent-entries.ts';

/** Told of each entry with events that was read back, with the place of its first event. */
export type EntryFound = (id: string, place: IdPlace) => void;

/** A commit as it is stored, and its text with where the entries lie in it. */
export interface AppendedCommit {
  readonly stored: Uint8Array;
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
}

/** A journal as this process has read it: the state, the head, the ids, the time. */
export class Replica<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly journal: Journal;
  readonly #decider: Decider<C, E, S, F>;
  readonly #recent: RecentEntries;
  readonly #onEvents: ((events: readonly CommittedEvent<E>[]) => void) | undefined;
  readonly #limits: HostLimits;
  #state: S;
  #ids: IdMemory;
  #surprises = 0;
  #taken: Taken = { commits: 0, entries: 0, bytes: 0 };
  #head: Head = EMPTY_HEAD;
  #lastAt = 0;

  constructor(
    journal: Journal,
    decider: Decider<C, E, S, F>,
    limits: HostLimits,
    onEvents: ((events: readonly CommittedEvent<E>[]) => void) | undefined,
  ) {
    this.journal = journal;
    this.#limits = limits;
    this.#state = decider.initialState();
    this.#ids = createIdMemory(memoryBounds(limits));
    this.#decider = decider;
    this.#recent = createRecentEntries(limits.recentBytes);
    this.#onEvents = onEvents;
  }

  get state(): S {
    return this.#state;
  }

  get ids(): IdMemory {
    return this.#ids;
  }

  get head(): Head {
    return this.#head;
  }

  /** What this replica has taken in since it began, or since it was restored. */
  get taken(): Taken {
    return this.#taken;
  }

  /** Begins where a checkpoint ends instead of at the first commit. */
  restore({ state, ids, head, lastAt }: LoadedCheckpoint<S>): void {
    this.#state = state;
    this.#ids = createIdMemory(memoryBounds(this.#limits), ids);
    this.#head = head;
    this.#lastAt = lastAt;
  }

  /**
   * Counts the times that ids became known which were not those of this host's own commands: of another owner, or of
   * a request that something else closed. Whoever waits may then be a repeat.
   */
  get surprises(): number {
    return this.#surprises;
  }

  /** The time of the latest entry: the next one is never earlier. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /**
   * Reads and folds every commit from the known head to the leader's.
   * Throws `JOURNAL_BROKEN` at the first one that does not parse or follow; nothing is skipped.
   */
  async catchUp(onEntry?: EntryFound): Promise<void> {
    for await (const { bytes } of this.journal.read(this.#head.revision)) {
      const commit = parseCommit(this.journal.name, bytes);
      assertFollows(commit, this.#head);
      const events = foldCommit(commit, this.#decider, this.state, this.ids);
      this.#head = { revision: commit.revision, hash: sha256Text(bytes) };
      this.#surprises += 1;
      this.#count(bytes, commit.entries.length);
      this.#lastAt = Math.max(this.#lastAt, commit.entries.at(-1)?.at ?? 0);
      this.#onEvents?.(events);
      let index = 0;
      for (const entry of commit.entries) {
        if (entry.events.length > 0) onEntry?.(entry.id, { revision: commit.revision, index });
        index += entry.events.length;
      }
    }
  }

  /** Makes a batch real whose commit the journal has acknowledged: the new head. */
  advance(batch: Batch<C, E, S>, head: Head, { stored, bytes, offsets }: AppendedCommit): void {
    const { at } = batch;
    const { revision } = head;
    this.#head = head;
    this.#lastAt = at;
    this.#count(stored, batch.recorded.length);
    this.#recent.add(revision, bytes, { offsets, starts: batch.starts });
    rememberIds(this.ids, batch.notes, revision, at);
    if (batch.answeredElsewhere.size > 0) this.#surprises += 1;
    this.#state.release();
    this.#onEvents?.(batch.events);
  }

  #count(stored: Uint8Array, more: number): void {
    const { commits, entries, bytes } = this.#taken;
    this.#taken = { commits: commits + 1, entries: entries + more, bytes: bytes + stored.byteLength };
  }

  /** Whether the leader has nothing that this replica has not read; throws when the leader is out of reach. */
  async isAtHead(): Promise<boolean> {
    return (await this.journal.head()) === this.#head.revision;
  }

  /** Where the reply to a command lies, as far as this replica has read. The state must not be in a try-out. */
  placeOf(key: string, digest: string): IdPlace | undefined {
    return this.ids.find(digest) ?? this.#decider.pinned?.(this.state, key);
  }

  /** Whether another id can be remembered. The journal's own time stands still while all is refused, so the clock's counts too. */
  hasRoomForId(now: number): boolean {
    return this.ids.size < this.#limits.ids || !this.ids.full(Math.max(this.#lastAt, now));
  }

  recordedAt(place: IdPlace): Promise<Recorded<C, E>> {
    return recall(this.journal, this.#recent, place);
  }

  /** The same; `undefined` when it was purged: then the id is none any more. */
  async keptAt(place: IdPlace): Promise<Recorded<C, E> | undefined> {
    try {
      return await this.recordedAt(place);
    } catch (error) {
      if (!isFault(error, 'JOURNAL_PURGED')) throw error;
      this.ids.forgetBelow(place.revision + 1);
      return undefined;
    }
  }
}

const memoryBounds = ({ retryWindowMs, ids }: HostLimits) => ({ windowMs: retryWindowMs, capacity: ids });
