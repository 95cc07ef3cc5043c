import { Fault, type JournalName, journalAddress, STREAMS, splitJournal } from '@edict/contracts';
import type { Journal, OpenJournal, StoredCommit } from '@edict/journal';
import type { StoreConnection } from '../connections.ts';
import { appendOnce } from './append.ts';
import { commitRevision } from './commit-revision.ts';
import { getMessage } from './jetstream-api.ts';
import { locate } from './locate.ts';
import { readAhead } from './read-ahead.ts';
import { createRevisionIndex, type RevisionIndex } from './revision-index.ts';

export interface JetStreamJournalSettings {
  /** How long an answer of the broker may take, in milliseconds (5000). */
  readonly timeoutMs?: number;
}

/** Up to so many commits are fetched one by one: cheaper than a consumer, and the usual case after a conflict. */
const FEW = 3;

/** Journals in JetStream, all over one store connection. The streams must be provisioned. */
export const jetStreamJournals =
  (store: StoreConnection, { timeoutMs = 5_000 }: JetStreamJournalSettings = {}): OpenJournal =>
  async (name) =>
    openJournal({
      name,
      store,
      timeoutMs,
      stream: STREAMS[splitJournal(name).kind],
      subject: journalAddress(name),
      index: createRevisionIndex(),
    });

/** Where one journal lies and what this instance knows about it. */
export interface JournalPlace {
  readonly name: JournalName;
  readonly store: StoreConnection;
  readonly stream: string;
  readonly subject: string;
  readonly timeoutMs: number;
  readonly index: RevisionIndex;
}

const openJournal = (place: JournalPlace): Journal => {
  const { name, index } = place;
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new Fault('JOURNAL_CLOSED', `${name} was closed`);
  };
  return {
    name,
    head: async () => {
      assertOpen();
      return leaderHead(place);
    },
    read: (after) => {
      assertOpen();
      return read(place, after);
    },
    get: async (revision) => {
      assertOpen();
      return getCommit(place, revision);
    },
    append: async (head, bytes) => {
      assertOpen();
      // The fence is the sequence of the head that was read or appended here, never one that the caller guesses.
      const fence =
        index.sequenceOf(head) ?? ((await leaderHead(place)) === head ? index.sequenceOf(head) : undefined);
      if (fence === undefined || head < index.last()) return 'conflict';
      const sequence = await appendOnce(place, fence, bytes);
      if (sequence === 'conflict') return 'conflict';
      index.learn(head + 1, sequence);
      return 'appended';
    },
    close: async () => {
      closed = true;
    },
  };
};

/** The leader's head revision; the commit is looked into only when it is not the one known here. */
const leaderHead = async (place: JournalPlace): Promise<number> => {
  const { name, store, stream, subject, timeoutMs, index } = place;
  const message = await getMessage(store, stream, { last_by_subj: subject }, timeoutMs);
  const known = index.last();
  const knownSequence = index.sequenceOf(known) ?? 0;
  if (message !== undefined && message.sequence === knownSequence) return known;
  if (message === undefined ? known > 0 : message.sequence < knownSequence) {
    throw new Fault(
      'JOURNAL_BROKEN',
      `${name} ended at revision ${known}, but the broker's copy ends before it: its store has lost commits`,
    );
  }
  if (message === undefined) return 0;
  const revision = commitRevision(name, message.data);
  index.learn(revision, message.sequence);
  return revision;
};

/** One commit by its number: a single get where its place is known, else a search for it. */
const getCommit = async (place: JournalPlace, revision: number): Promise<StoredCommit | undefined> => {
  if (revision < 1) return undefined;
  const sequence =
    place.index.sequenceOf(revision) ??
    (revision > (await leaderHead(place)) ? undefined : await locate(place, revision));
  return sequence === undefined ? undefined : fetchNext(place, revision - 1, { seq: sequence });
};

async function* read(place: JournalPlace, after: number): AsyncGenerator<StoredCommit> {
  const { name, index, subject } = place;
  const head = await leaderHead(place);
  if (after > head)
    throw new Fault('JOURNAL_BROKEN', `${name} has no revision ${after}: its head is ${head}`);
  let at = after;
  if (after > 0 && index.sequenceOf(after) === undefined) await locate(place, after);
  if (head - after <= FEW && index.sequenceOf(after) !== undefined) {
    for (; at < head; at++) {
      yield await fetchNext(place, at, { seq: (index.sequenceOf(at) ?? 0) + 1, next_by_subj: subject });
    }
    return;
  }
  for await (const { sequence, data } of readAhead(
    place,
    startAfter(index, after),
    index.sequenceOf(head) ?? 0,
  )) {
    const revision = commitRevision(name, data);
    // Where the place of the start was not known, the feed began before it.
    if (revision <= after) index.learn(revision, sequence);
    else yield inOrder(place, at++, sequence, data);
  }
  if (at < head) throw missing(name, at + 1);
}

const fetchNext = async (
  place: JournalPlace,
  at: number,
  query: { seq: number; next_by_subj?: string },
): Promise<StoredCommit> => {
  const message = await getMessage(place.store, place.stream, query, place.timeoutMs);
  return inOrder(place, at, message?.sequence, message?.data);
};

/** The sequence of the highest known revision up to one. */
const startAfter = (index: RevisionIndex, revision: number): number => {
  for (let r = Math.min(revision, index.last()); r > 0; r--) {
    const sequence = index.sequenceOf(r);
    if (sequence !== undefined) return sequence;
  }
  return 0;
};

/** Checks that a message is the next commit, and notes where it lies. */
const inOrder = (
  { name, index }: JournalPlace,
  at: number,
  sequence: number | undefined,
  bytes: Uint8Array | undefined,
): StoredCommit => {
  if (sequence === undefined || bytes === undefined) throw missing(name, at + 1);
  const revision = commitRevision(name, bytes);
  if (revision !== at + 1) throw missing(name, at + 1, revision);
  index.learn(revision, sequence);
  return { revision, bytes };
};

const missing = (name: JournalName, wanted: number, found?: number): Fault =>
  new Fault(
    'JOURNAL_BROKEN',
    `revision ${wanted} of ${name} is missing${found === undefined ? '' : `; ${found} lies in its place`}`,
  );
