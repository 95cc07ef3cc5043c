/** Something that ends by itself at a time. */
export interface Ending {
  readonly due: number;
  /** Tells the order of what ends at the same time, so that it does not depend on how a state came about. */
  readonly key?: string;
}

interface Queue<T> {
  items: (T | undefined)[];
  /** Where the first item is; what came before it has ended. */
  head: number;
  /** How many there were when the try-out began. */
  marked: number;
}

/** What a deadline is kept for. */
export interface Open<T> {
  /** Whether an item that was added still waits for its end. */
  has(item: T): boolean;
  /** How many do, at the most. */
  count(): number;
}

const byTimeAndKey = (a: Ending, b: Ending): number =>
  a.due - b.due || ((a.key ?? '') < (b.key ?? '') ? -1 : 1);

/** So few items are not worth looking through. */
const FEW = 64;

/**
 * What ends by itself, in the order of its times. Time never goes backwards, so what is added with one and the same
 * delay is in order already: a queue per delay, and nothing to sort. Nothing is taken out either: what has ended
 * otherwise is passed over, and dropped when it may be the majority.
 */
export class Deadlines<T extends Ending> {
  readonly #queues = new Map<number, Queue<T>>();
  readonly #open: Open<T>;
  #trying = false;

  constructor(open: Open<T>) {
    this.#open = open;
  }

  add(item: T, now: number): void {
    const delay = item.due - now;
    let queue = this.#queues.get(delay);
    if (queue === undefined) {
      queue = { items: [], head: 0, marked: 0 };
      this.#queues.set(delay, queue);
    }
    queue.items.push(item);
    if (!this.#trying) this.#tidy(queue);
  }

  /** The earliest time at which something ends; `undefined` when nothing will. */
  next(): number | undefined {
    let next: number | undefined;
    for (const [delay, queue] of this.#queues) {
      const first = queue.items[this.#first(queue)];
      if (first !== undefined) next = next === undefined ? first.due : Math.min(next, first.due);
      else if (!this.#trying) this.#queues.delete(delay);
    }
    return next;
  }

  /** What has to end by a time, at most so many, earliest first; left in place, for its end is yet to be decided. */
  dueBy(now: number, most: number): T[] {
    const due: T[] = [];
    for (const queue of this.#queues.values()) {
      const from = due.length;
      for (let i = this.#first(queue); ; i++) {
        const item = queue.items[i];
        if (item === undefined || item.due > now) break;
        if (due.length - from >= most && item.due !== due.at(-1)?.due) break;
        if (this.#open.has(item)) due.push(item);
      }
    }
    return due.sort(byTimeAndKey).slice(0, most);
  }

  mark(): void {
    this.#trying = true;
    for (const queue of this.#queues.values()) queue.marked = queue.items.length;
  }

  rollback(): void {
    this.#trying = false;
    for (const queue of this.#queues.values()) queue.items.length = queue.marked;
  }

  release(): void {
    this.#trying = false;
    for (const queue of this.#queues.values()) {
      queue.marked = 0;
      this.#tidy(queue);
    }
  }

  /** Where the first item is that is open. */
  #first(queue: Queue<T>): number {
    const { items } = queue;
    let i = queue.head;
    for (let item = items[i]; item !== undefined && !this.#open.has(item); item = items[i]) {
      // Nothing is dropped during a try-out: what it has ended may yet be open again.
      if (!this.#trying) items[i] = undefined;
      i++;
    }
    if (!this.#trying) queue.head = i;
    return i;
  }

  /** Drops what has ended when it is the majority, which the number of what is open tells without a look. */
  #tidy(queue: Queue<T>): void {
    if (queue.items.length <= 2 * this.#open.count() + FEW) return;
    const open: T[] = [];
    for (let i = queue.head; i < queue.items.length; i++) {
      const item = queue.items[i];
      if (item !== undefined && this.#open.has(item)) open.push(item);
    }
    queue.items = open;
    queue.head = 0;
  }
}
