/** Several items in one place. */
class Several<T> {
  readonly items: T[];
  constructor(items: T[]) {
    this.items = items;
  }
}

/** Any number of items. Most places have one or none, which then needs no list: a look-up touches less memory. */
export type Pile<T> = T | Several<T> | undefined;

/** The pile with one more item. */
export const heap = <T>(pile: Pile<T>, item: T): Pile<T> => {
  if (pile === undefined) return item;
  if (!(pile instanceof Several)) return new Several([pile, item]);
  pile.items.push(item);
  return pile;
};

/** Appends the items of a pile. */
export const takeAll = <T>(pile: Pile<T>, into: T[]): void => {
  if (pile === undefined) return;
  if (pile instanceof Several) for (const item of pile.items) into.push(item);
  else into.push(pile);
};

/** Items under keys. */
export class Lists<T> {
  readonly #byKey = new Map<string, Pile<T>>();

  get size(): number {
    return this.#byKey.size;
  }

  add(key: string, item: T): void {
    const known = this.#byKey.get(key);
    const pile = heap(known, item);
    if (pile !== known) this.#byKey.set(key, pile);
  }

  /** Appends the items under a key. */
  collect(key: string, into: T[]): void {
    takeAll(this.#byKey.get(key), into);
  }
}
