import { createLiteralTrie, type LiteralTrie } from './literal-trie.ts';
import { fitsWildcard, type Wildcard } from './wildcard.ts';

export interface WildItem<T> {
  readonly wildcard: Wildcard;
  readonly item: T;
}

/** Finds the items of all wildcards that fit a value. */
export interface WildIndex<T> {
  add(item: WildItem<T>): void;
  collect(value: string, into: T[]): void;
}

/** A list of wildcards that becomes an index when it grows. */
export const createWildIndex = <T>(): WildIndex<T> => {
  let bucket: Bucket<T> | undefined;
  return {
    add: (item) => {
      bucket = withItem(bucket, item, 0);
    },
    collect: (value, into) => bucket?.collect(value, into, false),
  };
};

interface Bucket<T> {
  /** The bucket that holds one more: this one, or what takes its place. */
  with(item: WildItem<T>): Bucket<T>;
  /** `byLiteral`: the value has the literal text by which this bucket was found. */
  collect(value: string, into: T[], byLiteral: boolean): void;
}

const withItem = <T>(bucket: Bucket<T> | undefined, item: WildItem<T>, level: number): Bucket<T> =>
  bucket === undefined ? new Chain(item, level, undefined) : bucket.with(item);

/** So many are looked through one by one: to look them up would cost more. */
const FEW = 8;

/** A few wildcards, one behind the other: most of the buckets of a large index hold one. */
class Chain<T> implements Bucket<T> {
  readonly #item: T;
  /** Its only literal text, where it has no other, has told already that it fits. */
  readonly #sole: boolean;
  readonly #wildcard: Wildcard;
  readonly #next: Chain<T> | undefined;
  readonly #length: number;
  readonly #level: number;
  /** The last level at which any of them has a text. */
  readonly #deepest: number;

  constructor({ item, wildcard }: WildItem<T>, level: number, next: Chain<T> | undefined) {
    this.#item = item;
    this.#sole = literalsOf(wildcard) === 1;
    this.#wildcard = wildcard;
    this.#next = next;
    this.#length = next === undefined ? 1 : next.#length + 1;
    this.#level = level;
    this.#deepest = Math.max(depthOf(wildcard), next === undefined ? NOWHERE : next.#deepest);
  }

  with(item: WildItem<T>): Bucket<T> {
    const alike = Math.max(this.#deepest, depthOf(item.wildcard)) < this.#level;
    if (this.#length < FEW || alike) return new Chain(item, this.#level, this);
    const index = new Level<T>(this.#level);
    const all = [item];
    for (let each: Chain<T> | undefined = this; each !== undefined; each = each.#next) {
      all.push({ item: each.#item, wildcard: each.#wildcard });
    }
    for (const each of all.reverse()) index.with(each);
    return index;
  }

  collect(value: string, into: T[], byLiteral: boolean): void {
    for (let each: Chain<T> | undefined = this; each !== undefined; each = each.#next) {
      if ((byLiteral && each.#sole) || fitsWildcard(each.#wildcard, value)) into.push(each.#item);
    }
  }
}

/** What tells many wildcards apart, one after the other: how they begin, how they end, what they have in between. */
const PREFIXES = 0;
const SUFFIXES = 1;
const MIDDLES = 2;
const NOWHERE = -1;
/** What still is not told apart by so many is looked through one by one. */
const LAST = MIDDLES + 3;

/** Of what stands in between the longest text comes first: it tells most. */
const textAt = ({ prefix, suffix, middles }: Wildcard, level: number): string => {
  if (level === PREFIXES) return prefix;
  if (level === SUFFIXES) return suffix;
  const sorted = middles.length < 2 ? middles : middles.toSorted((a, b) => b.length - a.length);
  return sorted[level - MIDDLES] ?? '';
};

/** The last level at which a wildcard has a text. */
const depthOf = ({ prefix, suffix, middles }: Wildcard): number => {
  if (middles.length > 0) return Math.min(MIDDLES + middles.length - 1, LAST);
  if (suffix !== '') return SUFFIXES;
  return prefix === '' ? NOWHERE : PREFIXES;
};

/** Wildcards by one of their literal texts. */
class Level<T> implements Bucket<T> {
  readonly #level: number;
  #byText: LiteralTrie<Bucket<T>> | undefined;
  #without: Bucket<T> | undefined;

  constructor(level: number) {
    this.#level = level;
  }

  with(item: WildItem<T>): Bucket<T> {
    const text = textAt(item.wildcard, this.#level);
    const below = this.#level + 1;
    if (text === '') {
      this.#without = withItem(this.#without, item, below);
      return this;
    }
    this.#byText ??= createLiteralTrie({ backwards: this.#level === SUFFIXES });
    this.#byText.put(text, (known) => withItem(known, item, below));
    return this;
  }

  collect(value: string, into: T[]): void {
    this.#without?.collect(value, into, false);
    if (this.#byText === undefined) return;
    const found = (bucket: Bucket<T>): void => bucket.collect(value, into, true);
    if (this.#level < MIDDLES) this.#byText.along(value, found);
    else this.#byText.within(value, found);
  }
}

const literalsOf = ({ prefix, suffix, middles }: Wildcard): number =>
  middles.length + (prefix === '' ? 0 : 1) + (suffix === '' ? 0 : 1);
