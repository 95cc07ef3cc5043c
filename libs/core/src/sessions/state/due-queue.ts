/**
 * Keys by the time at which they fall due. Entries are never taken out when a key's time changes: whoever asks
 * says which are still true, and the others are dropped on the way. So a rollback needs no care here beyond
 * adding the old time again.
 */
export interface DueQueue {
  add(time: number, key: string): void;
  /** The earliest true entry, which stays. */
  first(isTrue: IsTrue): DueEntry | undefined;
  /** Every true entry before a time, without repeats, earliest first; they stay. */
  before(time: number, isTrue: IsTrue): readonly DueEntry[];
}

export interface DueEntry {
  readonly time: number;
  readonly key: string;
}

type IsTrue = (entry: DueEntry) => boolean;

export const createDueQueue = (): DueQueue => {
  const heap: DueEntry[] = [];

  const add = (time: number, key: string): void => {
    heap.push({ time, key });
    siftUp(heap, heap.length - 1);
  };
  const first = (isTrue: IsTrue): DueEntry | undefined => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (isTrue(top)) return top;
      removeTop(heap);
    }
    return undefined;
  };

  return {
    add,
    first,
    before(time, isTrue) {
      const due = new Map<string, DueEntry>();
      for (let top = first(isTrue); top !== undefined && top.time < time; top = first(isTrue)) {
        due.set(top.key, top);
        removeTop(heap);
      }
      for (const entry of due.values()) add(entry.time, entry.key);
      return [...due.values()];
    },
  };
};

const timeAt = (heap: readonly DueEntry[], at: number): number => heap[at]?.time ?? Number.POSITIVE_INFINITY;

const swap = (heap: DueEntry[], a: number, b: number): void => {
  const [left, right] = [heap[a], heap[b]];
  if (left === undefined || right === undefined) return;
  heap[a] = right;
  heap[b] = left;
};

const siftUp = (heap: DueEntry[], from: number): void => {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (timeAt(heap, parent) <= timeAt(heap, at)) return;
    swap(heap, parent, at);
    at = parent;
  }
};

const removeTop = (heap: DueEntry[]): void => {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const smaller = timeAt(heap, left + 1) < timeAt(heap, left) ? left + 1 : left;
    if (timeAt(heap, smaller) >= timeAt(heap, at)) return;
    swap(heap, at, smaller);
    at = smaller;
  }
};
