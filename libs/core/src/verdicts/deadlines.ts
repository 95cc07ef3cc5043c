import type { UndoLog } from '../state/undo-log.ts';

/** Something that falls due; `cancelled` once it no longer matters. */
export interface Deadline<T> {
  readonly time: number;
  readonly item: T;
  cancelled: boolean;
}

/**
 * Deadlines in the order of their times. Cancelling only marks an entry, so that an {@link UndoLog} can take it
 * back; marked entries leave when they come up, or when they are the majority.
 */
export class Deadlines<T> {
  #heap: Deadline<T>[] = [];
  #cancelled = 0;
  readonly #log: UndoLog;

  constructor(log: UndoLog) {
    this.#log = log;
  }

  add(time: number, item: T): Deadline<T> {
    const entry = { time, item, cancelled: false };
    this.#push(entry);
    if (this.#log.active) this.#log.note(() => this.#setCancelled(entry, true));
    return entry;
  }

  cancel(entry: Deadline<T>): void {
    if (entry.cancelled) return;
    this.#setCancelled(entry, true);
    if (this.#log.active) this.#log.note(() => this.#setCancelled(entry, false));
  }

  /** The earliest time that matters; `undefined` when nothing does. */
  next(): number | undefined {
    if (!this.#log.active) this.#dropCancelled();
    return this.#heap[0]?.time;
  }

  /** Everything that is due by a time, earliest first, left in place: what it leads to cancels it. */
  dueBy(now: number): T[] {
    const due: Deadline<T>[] = [];
    const look = (i: number): void => {
      const entry = this.#heap[i];
      if (entry === undefined || entry.time > now) return;
      if (!entry.cancelled) due.push(entry);
      look(2 * i + 1);
      look(2 * i + 2);
    };
    look(0);
    return due.sort((a, b) => a.time - b.time).map(({ item }) => item);
  }

  /** Takes out one entry that is due by a time; `undefined` when none is left. */
  takeDue(now: number): T | undefined {
    for (let top = this.#heap[0]; top !== undefined && top.time <= now; top = this.#heap[0]) {
      const entry = top;
      this.#pop();
      if (this.#log.active) this.#log.note(() => this.#push(entry));
      if (!entry.cancelled) return entry.item;
    }
    return undefined;
  }

  /** Drops marked entries when they are the majority; only when nothing can be taken back any more. */
  compact(): void {
    if (this.#cancelled < 64 || this.#cancelled * 2 < this.#heap.length) return;
    const live = this.#heap.filter(({ cancelled }) => !cancelled);
    this.#heap = [];
    this.#cancelled = 0;
    for (const entry of live) this.#push(entry);
  }

  #setCancelled(entry: Deadline<T>, cancelled: boolean): void {
    entry.cancelled = cancelled;
    this.#cancelled += cancelled ? 1 : -1;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #push(entry: Deadline<T>): void {
    if (entry.cancelled) this.#cancelled += 1;
    let i = this.#heap.push(entry) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      const above = this.#heap[up];
      if (above === undefined || above.time <= entry.time) break;
      this.#heap[i] = above;
      i = up;
    }
    this.#heap[i] = entry;
  }

  #pop(): void {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (top?.cancelled === true) this.#cancelled -= 1;
    if (last === undefined || this.#heap.length === 0) return;
    this.#sink(last);
  }

  #sink(entry: Deadline<T>): void {
    let i = 0;
    for (;;) {
      const left = this.#heap[2 * i + 1];
      const right = this.#heap[2 * i + 2];
      const below = right !== undefined && left !== undefined && right.time < left.time ? right : left;
      if (below === undefined || below.time >= entry.time) break;
      this.#heap[i] = below;
      i = below === left ? 2 * i + 1 : 2 * i + 2;
    }
    this.#heap[i] = entry;
  }
}
