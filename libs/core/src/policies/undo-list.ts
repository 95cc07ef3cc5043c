import type { UndoLog } from '../state/undo-log.ts';

/** A list that only grows, and whose growth an {@link UndoLog} can take back. */
export class UndoList<T> {
  readonly #items: T[] = [];
  readonly #log: UndoLog;

  constructor(log: UndoLog) {
    this.#log = log;
  }

  get length(): number {
    return this.#items.length;
  }

  get last(): T | undefined {
    return this.#items.at(-1);
  }

  at(index: number): T | undefined {
    return this.#items[index];
  }

  push(item: T): void {
    if (this.#log.active) this.#log.note(() => this.#items.pop());
    this.#items.push(item);
  }

  slice(from: number, to: number): T[] {
    return this.#items.slice(from, to);
  }

  /** The last item that is not after a point, given a test that is true for all items after some index. */
  lastBefore(isAfter: (item: T) => boolean): T | undefined {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(this.#items[middle] as T)) high = middle;
      else low = middle + 1;
    }
    return this.#items[low - 1];
  }
}
