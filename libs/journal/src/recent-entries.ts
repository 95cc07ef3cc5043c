/** Entry texts of the latest commits, within a bound of bytes: most repeats and outcomes come soon. */
export interface RecentEntries {
  add(revision: number, texts: readonly string[], starts: readonly number[]): void;
  /** The text of the entry that holds an event, and the index of that entry's first event. */
  find(revision: number, index: number): { readonly text: string; readonly start: number } | undefined;
}

interface Commit {
  readonly texts: readonly string[];
  readonly starts: readonly number[];
  readonly size: number;
}

export const createRecentEntries = (maxBytes: number): RecentEntries => {
  const commits = new Map<number, Commit>();
  let size = 0;
  return {
    add: (revision, texts, starts) => {
      const added = texts.reduce((sum, text) => sum + text.length, 0);
      commits.set(revision, { texts, starts, size: added });
      size += added;
      for (const [oldest, commit] of commits) {
        if (size <= maxBytes) break;
        commits.delete(oldest);
        size -= commit.size;
      }
    },
    find: (revision, index) => {
      const commit = commits.get(revision);
      if (commit === undefined) return undefined;
      const at = entryHolding(commit.starts, index);
      const text = commit.texts[at];
      return text === undefined ? undefined : { text, start: commit.starts[at] ?? 0 };
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
