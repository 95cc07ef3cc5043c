/** Several items under one key. */
class Several<T> {
  readonly items: T[];
  constructor(items: T[]) {
    this.items = items;
  }
}

/** Items under keys. Most keys have one, which then needs no list: a look-up touches less memory. */
export class Lists<T> {
  readonly #byKey = new Map<string, T | Several<T>>();

  get size(): number {
    return this.#byKey.size;
  }

  add(key: string, item: T): void {
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, item);
    else if (known instanceof Several) known.items.push(item);
    else this.#byKey.set(key, new Several([known, item]));
  }

  /** Appends the items under a key. */
  collect(key: string, into: T[]): void {
    const known = this.#byKey.get(key);
    if (known === undefined) return;
    if (known instanceof Several) for (const item of known.items) into.push(item);
    else into.push(known);
  }
}
