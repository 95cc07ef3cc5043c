import { Fifo } from './fifo.ts';

/** Lines under names that take turns; a line that is empty has none. */
export class Turns<L extends { readonly length: number }> {
  readonly #lines = new Map<string, L>();
  readonly #order = new Fifo<string>();

  get size(): number {
    return this.#lines.size;
  }

  get(name: string): L | undefined {
    return this.#lines.get(name);
  }

  /** The line under a name; a new one has its turn after those that are there. Something must be put into it. */
  join(name: string, make: () => L): L {
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const line = make();
    this.#lines.set(name, line);
    this.#order.push(name);
    return line;
  }

  /** Takes one item from the line whose turn it is. */
  take<T>(from: (line: L) => T): T | undefined {
    const name = this.#order.shift();
    const line = name === undefined ? undefined : this.#lines.get(name);
    if (name === undefined || line === undefined) return undefined;
    const item = from(line);
    if (line.length === 0) this.#lines.delete(name);
    else this.#order.push(name);
    return item;
  }
}
