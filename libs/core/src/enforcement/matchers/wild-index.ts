import { createLiteralTrie } from './literal-trie.ts';
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

/** So many are looked through one by one: to look them up would cost more. */
const FEW = 8;

/** What tells many wildcards apart, one after the other: how they begin, how they end, what they have in between. */
const LEVELS = [
  <T>() => createEdgeLevel<T>('prefix', 1),
  <T>() => createEdgeLevel<T>('suffix', 2),
  <T>() => createMiddleLevel<T>(3),
];

/** A list of wildcards that becomes an index when it grows. */
export const createWildIndex = <T>(level = 0): WildIndex<T> => {
  let few: WildItem<T>[] = [];
  let index: WildIndex<T> | undefined;
  return {
    add: (item) => {
      if (index !== undefined) return index.add(item);
      few.push(item);
      const createLevel = LEVELS[level];
      if (few.length <= FEW || createLevel === undefined) return;
      index = createLevel<T>();
      for (const each of few) index.add(each);
      few = [];
    },
    collect: (value, into) => {
      for (const { wildcard, item } of few) if (fitsWildcard(wildcard, value)) into.push(item);
      index?.collect(value, into);
    },
  };
};

/** By the literal text with which wildcards begin, or end; of those that have none it is empty. */
const createEdgeLevel = <T>(edge: 'prefix' | 'suffix', below: number): WildIndex<T> => {
  const byText = new Map<string, WildIndex<T>>();
  let lengths: number[] = [];
  return {
    add: (item) => {
      const text = item.wildcard[edge];
      let index = byText.get(text);
      if (index === undefined) {
        index = createWildIndex(below);
        byText.set(text, index);
        if (!lengths.includes(text.length)) lengths = [...lengths, text.length].sort((a, b) => a - b);
      }
      index.add(item);
    },
    collect: (value, into) => {
      for (const length of lengths) {
        if (length > value.length) return;
        const text = edge === 'prefix' ? value.slice(0, length) : value.slice(value.length - length);
        byText.get(text)?.collect(value, into);
      }
    },
  };
};

/** By the longest literal text between two stars, which tells most. */
const createMiddleLevel = <T>(below: number): WildIndex<T> => {
  const byText = createLiteralTrie<WildIndex<T>>();
  const without = createWildIndex<T>(below);
  return {
    add: (item) => {
      const longest = item.wildcard.middles.reduce((a, b) => (b.length > a.length ? b : a), '');
      if (longest === '') without.add(item);
      else byText.at(longest, () => createWildIndex(below)).add(item);
    },
    collect: (value, into) => {
      without.collect(value, into);
      for (const index of byText.within(value)) index.collect(value, into);
    },
  };
};
