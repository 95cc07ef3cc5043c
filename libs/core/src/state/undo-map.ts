import type { UndoLog } from './undo-log.ts';

/** A map whose changes an {@link UndoLog} can take back. Values are replaced, never changed in place. */
export class UndoMap<K, V> {
  readonly #values = new Map<K, V>();
  readonly #log: UndoLog;

  constructor(log: UndoLog) {
    this.#log = log;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }

  set(key: K, value: V): void {
    if (this.#log.active) this.#noteOld(key);
    this.#values.set(key, value);
  }

  delete(key: K): void {
    if (!this.#values.has(key)) return;
    if (this.#log.active) this.#noteOld(key);
    this.#values.delete(key);
  }

  /** In insertion order; a rollback may move a deleted key to the end, so nothing may depend on the order. */
  entries(): IterableIterator<[K, V]> {
    return this.#values.entries();
  }

  values(): IterableIterator<V> {
    return this.#values.values();
  }

  #noteOld(key: K): void {
    const old = this.#values.get(key);
    if (old === undefined) this.#log.note(() => this.#values.delete(key));
    else this.#log.note(() => this.#values.set(key, old));
  }
}
