/** So many entries may lie above those that a map shares with others; with more it gets all of its own. */
const CHANGES = 256;

/** A map that is never changed: another one is like it but for some entries, and shares the rest. */
export class LayeredMap<V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #changes: ReadonlyMap<string, V | undefined>;

  constructor(
    base: ReadonlyMap<string, V> = new Map(),
    changes: ReadonlyMap<string, V | undefined> = new Map(),
  ) {
    this.#base = base;
    this.#changes = changes;
  }

  get size(): number {
    return [...this.entries()].length;
  }

  get(key: string): V | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  *entries(): Generator<[string, V]> {
    for (const entry of this.#base) if (!this.#changes.has(entry[0])) yield entry;
    for (const [key, value] of this.#changes) if (value !== undefined) yield [key, value];
  }

  *keys(): Generator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** `undefined` takes an entry away. */
  with(changes: ReadonlyMap<string, V | undefined>): LayeredMap<V> {
    const changed = new LayeredMap(this.#base, new Map([...this.#changes, ...changes]));
    return changed.#changes.size > CHANGES ? new LayeredMap(new Map(changed.entries())) : changed;
  }
}
