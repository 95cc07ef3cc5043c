import { Fifo } from './fifo.ts';

/** Where the entries of a commit lie in its bytes, and which events they hold. */
export interface EntryLayout {
  /** Byte at which each entry's JSON text begins, and one more: a byte behind the last one's end. */
  readonly offsets: readonly number[];
  /** Index of each entry's first event. */
  readonly starts: readonly number[];
}

/**
 * The latest commits within a bound of bytes: most repeats and outcomes come soon, and a single entry is read from them.
 * They lie in one ring of bytes, so that a commit that is forgotten leaves nothing to collect.
 */
export interface RecentEntries {
  /** Copies the bytes of a commit whose revision is higher than those before; one larger than the bound is not kept. */
  add(revision: number, bytes: Uint8Array, layout: EntryLayout): void;
  /** The JSON text of the entry that holds an event, and the index of that entry's first event. */
  find(revision: number, index: number): { readonly text: string; readonly start: number } | undefined;
}

interface KeptCommit {
  readonly revision: number;
  /** The byte of the ring at which it begins. */
  readonly from: number;
  readonly layout: EntryLayout;
}

const FIRST_BYTES = 16 * 1024;

export const createRecentEntries = (maxBytes: number): RecentEntries => {
  const commits = new Fifo<KeptCommit>();
  let ring = Buffer.alloc(0);
  /** Behind the newest commit. */
  let end = 0;

  /** Makes room behind the newest commit: by growing as long as that is allowed, then at the oldest ones' expense. */
  const placeFor = (size: number): number => {
    if (end + size > ring.byteLength && ring.byteLength < maxBytes) {
      const wanted = Math.max(FIRST_BYTES, 2 * ring.byteLength, end + size);
      ring = Buffer.concat([ring.subarray(0, end)], Math.min(maxBytes, wanted));
    }
    const from = end + size > ring.byteLength ? 0 : end;
    for (let oldest = commits.at(0); oldest !== undefined; oldest = commits.at(0)) {
      // Whoever lies behind the newest commit is of the round before, and left over when a new round begins.
      const leftOver = from === 0 && oldest.from >= end;
      if (!leftOver && (oldest.from < from || oldest.from >= from + size)) break;
      commits.shift();
    }
    return from;
  };

  const commitAt = (revision: number): KeptCommit | undefined => {
    const place = lastUpTo(revision, commits.length, (i) => commits.at(i)?.revision ?? 0);
    const commit = commits.at(place);
    return commit?.revision === revision ? commit : undefined;
  };

  return {
    add: (revision, bytes, layout) => {
      const size = bytes.byteLength;
      if (size > maxBytes) return;
      const from = placeFor(size);
      ring.set(bytes, from);
      end = from + size;
      commits.push({ revision, from, layout });
    },
    find: (revision, index) => {
      const commit = commitAt(revision);
      if (commit === undefined) return undefined;
      const { offsets, starts } = commit.layout;
      const at = entryHolding(starts, index);
      const [from = 0, next = 0] = [offsets[at], offsets[at + 1]];
      const text = ring.toString('utf8', commit.from + from, commit.from + next - 1);
      return { text, start: starts[at] ?? 0 };
    },
  };
};

/** The number of the last entry that starts at or before an event's index. */
export const entryHolding = (starts: readonly number[], index: number): number =>
  lastUpTo(index, starts.length, (i) => starts[i] ?? 0);

/** The last place of an ascending row whose value is at most so much; the first when none is. */
const lastUpTo = (most: number, length: number, valueAt: (place: number) => number): number => {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valueAt(middle) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
};
