import { Fault, isFault, type JournalName, journalAddress, STREAMS, splitJournal } from '@edict/contracts';
import {
  assertPurgeable,
  type Journal,
  type OpenJournal,
  purgedBelow,
  type StoredCommit,
} from '@edict/journal';
import type { StoreConnection } from '../connections.ts';
import { createStayAwake } from '../stay-awake.ts';
import { append, fencedHeaders } from './append.ts';
import { commitRevision } from './commit-revision.ts';
import { certainHead } from './heads.ts';
import { apiFault, askJetStream, getMessage, type StoredMessage } from './jetstream-api.ts';
import { createLeaderChecks, type LeaderCheck } from './leader-check.ts';
import { locate } from './locate.ts';
import { readAhead } from './read-ahead.ts';
import { createRevisionIndex, type RevisionIndex } from './revision-index.ts';
import { createShortEnds, type ShortEnds } from './short-ends.ts';

export interface JetStreamJournalSettings {
  /** How long an answer of the broker may take, in milliseconds (5000). */
  readonly timeoutMs?: number;
  /** Milliseconds that only go forwards: for how long a journal has ended too early. */
  readonly now?: () => number;
}

/** Up to so many commits are fetched one by one: cheaper than a consumer, and the usual case after a conflict. */
const FEW = 3;

/** Journals in JetStream, all over one store connection. The streams must be provisioned. */
export const jetStreamJournals = (
  store: StoreConnection,
  { timeoutMs = 5_000, now = () => performance.now() }: JetStreamJournalSettings = {},
): OpenJournal => {
  const checkOf = createLeaderChecks(store, timeoutMs);
  const shortEnds = createShortEnds(now);
  const stayAwake = createStayAwake();
  return async (name) => {
    const stream = STREAMS[splitJournal(name).kind];
    return openJournal({
      name,
      store,
      timeoutMs,
      stream,
      subject: journalAddress(name),
      index: createRevisionIndex(),
      fenced: fencedHeaders(stream),
      leadsAlone: checkOf(stream),
      shortEnds,
      stayAwake,
    });
  };
};

/** Where one journal lies and what this instance knows about it. */
export interface JournalPlace {
  readonly name: JournalName;
  readonly store: StoreConnection;
  readonly stream: string;
  readonly subject: string;
  readonly timeoutMs: number;
  readonly index: RevisionIndex;
  /** The headers of a commit: one is on its way at a time, and they are written out as it is sent. */
  readonly fenced: ReturnType<typeof fencedHeaders>;
  readonly leadsAlone: LeaderCheck;
  readonly shortEnds: ShortEnds;
  /** Told about a lone answer that is on its way. */
  readonly stayAwake: (answer: Promise<unknown>) => void;
}

const openJournal = (place: JournalPlace): Journal => {
  const { name } = place;
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new Fault('JOURNAL_CLOSED', `${name} was closed`);
  };
  return {
    name,
    head: async () => {
      assertOpen();
      return certainHead(place);
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
      return append(place, head, bytes);
    },
    first: async () => {
      assertOpen();
      return (await firstRevision(place)) ?? 1;
    },
    purge: async (below) => {
      assertOpen();
      assertPurgeable(name);
      await purge(place, below);
    },
    close: async () => {
      closed = true;
    },
  };
};

/** One commit by its number: a single get where its place is known, else a search for it. */
const getCommit = async (place: JournalPlace, revision: number): Promise<StoredCommit | undefined> => {
  if (revision < 1) return undefined;
  const sequence =
    place.index.sequenceOf(revision) ??
    (revision > (await certainHead(place)) ? undefined : await locate(place, revision));
  if (sequence === undefined) return undefined;
  try {
    return await orPurged(place, revision - 1, () => fetchNext(place, revision - 1, { seq: sequence }));
  } catch (error) {
    if (isFault(error, 'JOURNAL_PURGED')) return undefined;
    throw error;
  }
};

/** What is kept begins with the first message on the subject; `undefined` when there is none. */
const firstRevision = async (place: JournalPlace): Promise<number | undefined> => {
  const { name, store, stream, subject, timeoutMs, index } = place;
  const message = await getMessage(store, stream, { seq: 1, next_by_subj: subject }, timeoutMs);
  if (message === undefined) return undefined;
  const revision = commitRevision(name, message.data);
  index.learn(revision, message.sequence);
  return revision;
};

const purge = async (place: JournalPlace, wanted: number): Promise<void> => {
  const { name, store, stream, subject: filter, timeoutMs, index } = place;
  const below = Math.min(wanted, await certainHead(place));
  if (below <= 1 || below <= ((await firstRevision(place)) ?? 1)) return;
  const seq = index.sequenceOf(below) ?? (await locate(place, below));
  // Somebody else has purged further meanwhile.
  if (seq === undefined) return;
  const reply = await askJetStream<object>(store, `STREAM.PURGE.${stream}`, { filter, seq }, timeoutMs);
  if (reply.error !== undefined) throw apiFault(`purging ${name} below revision ${below}`, reply.error);
};

async function* read(place: JournalPlace, after: number): AsyncGenerator<StoredCommit> {
  const { name, index, subject } = place;
  const head = await certainHead(place);
  if (after > head) throw place.shortEnds.fault(name, after);
  let at = after;
  const start = index.sequenceOf(after) ?? (await locate(place, after));
  if (head - after <= FEW && start !== undefined) {
    for (; at < head; at++) {
      const query = { seq: (index.sequenceOf(at) ?? 0) + 1, next_by_subj: subject };
      yield await orPurged(place, at, () => fetchNext(place, at, query));
    }
    return;
  }
  for await (const { sequence, data } of readAhead(place, start ?? 0, index.sequenceOf(head) ?? 0)) {
    // Where the place of the start was not found, the feed began before it.
    if (commitRevision(name, data) > after) {
      const expected = at++;
      yield await orPurged(place, expected, () => inOrder(place, expected, sequence, data));
    }
  }
  if (at < head) throw missing(name, at + 1);
}

/** A commit that is missing was purged when nothing lies below the one that was found instead. */
const orPurged = async (
  place: JournalPlace,
  at: number,
  next: () => StoredCommit | Promise<StoredCommit>,
): Promise<StoredCommit> => {
  try {
    return await next();
  } catch (error) {
    const { name } = place;
    if (!isFault(error, 'JOURNAL_BROKEN') || splitJournal(name).kind === 'policies') throw error;
    const first = await firstRevision(place);
    if (first === undefined || first <= at + 1) throw error;
    throw purgedBelow(name, at + 1, first);
  }
};

const fetchNext = async (
  place: JournalPlace,
  at: number,
  query: { seq: number; next_by_subj?: string },
): Promise<StoredCommit> => {
  const get = (): Promise<StoredMessage | undefined> =>
    getMessage(place.store, place.stream, query, place.timeoutMs);
  let message = await get();
  if (message === undefined) {
    // Whoever answered may not have been the leader any more, or not for long enough to have it.
    await certainHead(place);
    message = await get();
  }
  return inOrder(place, at, message?.sequence, message?.data);
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
