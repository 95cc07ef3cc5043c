import { Fifo } from './fifo.ts';
import { Turns } from './turns.ts';

/** Who something in a queue is for: a workspace, and in it a principal or a session. */
export interface Flow {
  readonly ws: string;
  readonly name: string;
}

/** Up to so many wait in the order in which they came: the next commit or two take them all. */
const CALM = 256;
/** In a crowd so many are drawn at once: what a commit leaves over of them is ahead of whoever comes next. */
const CROWD_DRAW = 256;

/**
 * What waits for a commit. When more waits than the next commits take, workspaces take turns, and within a workspace
 * its flows, each in its own order: whoever floods waits behind themselves.
 */
export class FairQueue<T> {
  readonly #most: number;
  readonly #flowOf: (item: T) => Flow;
  /** Drawn once and given back: first in line. */
  #returned: T[] = [];
  #arrived = new Fifo<T>();
  #workspaces = new Turns<WorkspaceLine<T>>();
  #length = 0;
  #crowded = false;

  constructor(most: number, flowOf: (item: T) => Flow) {
    this.#most = most;
    this.#flowOf = flowOf;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Whether one more may wait, where so many wait elsewhere. In a crowd a workspace may hold as much as is still free,
   * and one of its flows as much as then remains: a single one comes to a third of the room, and whoever comes next
   * finds some.
   */
  admits(item: T, elsewhere = 0): boolean {
    const free = this.#most - this.#length - elsewhere;
    if (!this.#crowded || free <= 0) return free > 0;
    const { ws, name } = this.#flowOf(item);
    const workspace = this.#workspaces.get(ws);
    if (workspace === undefined) return true;
    const remains = free - workspace.length;
    return remains > 0 && workspace.lengthOf(name) < remains;
  }

  /** Whether more waits than the next commits take. */
  get crowded(): boolean {
    return this.#crowded;
  }

  /** How many are drawn before this one would be, at the most: those ahead in its own line, times the lines that take turns. */
  ahead(item: T): number {
    const { ws, name } = this.#flowOf(item);
    const rounds = this.#workspaces.get(ws)?.roundsBefore(name) ?? 0;
    return Math.min(this.#length, this.#returned.length + (rounds + 1) * this.#workspaces.size);
  }

  push(item: T): void {
    this.#length += 1;
    if (this.#crowded) this.#enter(item);
    else this.#arrived.push(item);
    if (this.#crowded || this.#length <= CALM) return;
    this.#crowded = true;
    for (const each of this.#arrived.drain()) this.#enter(each);
  }

  /** Takes the next ones out, at most so many. */
  draw(most: number): T[] {
    const drawn = this.#returned.splice(0, most);
    const wanted = this.#crowded ? Math.min(most, CROWD_DRAW) : most;
    while (drawn.length < wanted) {
      const next = this.#crowded ? this.#workspaces.take((line) => line.take()) : this.#arrived.shift();
      if (next === undefined) break;
      drawn.push(next);
    }
    this.#length -= drawn.length;
    if (this.#length === 0) this.#crowded = false;
    return drawn;
  }

  /** Gives back what was drawn and not used: it is next. */
  putBack(items: readonly T[]): void {
    if (items.length === 0) return;
    this.#returned = [...items, ...this.#returned];
    this.#length += items.length;
  }

  /** Takes out everything that fits. */
  remove(fits: (item: T) => boolean): T[] {
    const removed: T[] = [];
    const kept: T[] = [];
    for (const item of this.clear()) (fits(item) ? removed : kept).push(item);
    for (const item of kept) this.push(item);
    return removed;
  }

  /** Takes everything out, in the order in which it would have been drawn. */
  clear(): T[] {
    const all: T[] = [];
    while (this.#length > 0) all.push(...this.draw(this.#length));
    return all;
  }

  #enter(item: T): void {
    const { ws, name } = this.#flowOf(item);
    this.#workspaces.join(ws, () => new WorkspaceLine<T>()).push(name, item);
  }
}

/** The flows of one workspace. */
class WorkspaceLine<T> {
  readonly #flows = new Turns<Fifo<T>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  lengthOf(name: string): number {
    return this.#flows.get(name)?.length ?? 0;
  }

  /** How many turns of the workspace come before that of a flow's next item, at the most. */
  roundsBefore(name: string): number {
    return this.lengthOf(name) * this.#flows.size + this.#flows.size;
  }

  push(name: string, item: T): void {
    this.#flows.join(name, () => new Fifo<T>()).push(item);
    this.#length += 1;
  }

  take(): T | undefined {
    const item = this.#flows.take((flow) => flow.shift());
    if (item !== undefined) this.#length -= 1;
    return item;
  }
}
