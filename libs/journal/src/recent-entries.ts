/** Where the entries of a commit lie in its bytes, and which events they hold. */
export interface EntryLayout {
  /** Byte at which each entry's JSON text begins, and one more: a byte behind the last one's end. */
  readonly offsets: readonly number[];
  /** Index of each entry's first event. */
  readonly starts: readonly number[];
}

/**
 * The latest commits within a bound of bytes: most repeats and outcomes come soon. They are kept as bytes, outside of
 * the garbage collector's way, and a single entry is read from them.
 */
export interface RecentEntries {
  add(revision: number, bytes: Uint8Array, layout: EntryLayout): void;
  /** The JSON text of the entry that holds an event, and the index of that entry's first event. */
  find(revision: number, index: number): { readonly text: string; readonly start: number } | undefined;
}

export const createRecentEntries = (maxBytes: number): RecentEntries => {
  const commits = new Map<number, { readonly bytes: Uint8Array; readonly layout: EntryLayout }>();
  let size = 0;
  return {
    add: (revision, bytes, layout) => {
      commits.set(revision, { bytes, layout });
      size += bytes.byteLength;
      for (const [oldest, commit] of commits) {
        if (size <= maxBytes) break;
        commits.delete(oldest);
        size -= commit.bytes.byteLength;
      }
    },
    find: (revision, index) => {
      const commit = commits.get(revision);
      if (commit === undefined) return undefined;
      const { bytes, layout } = commit;
      const at = entryHolding(layout.starts, index);
      const from = layout.offsets[at] ?? 0;
      const to = (layout.offsets[at + 1] ?? 0) - 1;
      return {
        text: Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString(),
        start: layout.starts[at] ?? 0,
      };
    },
  };
};

/** The number of the last entry that starts at or before an event's index. */
export const entryHolding = (starts: readonly number[], index: number): number => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
};
