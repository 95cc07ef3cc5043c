import { addUnder, appendAll, type Dialect, type PatternIndex } from './dialect.ts';
import { fitsWildcard, parseWildcard, type Wildcard } from './wildcard.ts';

interface WildItem<T> {
  readonly wildcard: Wildcard;
  readonly item: T;
}

/** Wildcards that begin, or end, with a literal text, found by that text. */
const createEdgeIndex = <T>(edge: 'prefix' | 'suffix') => {
  const byText = new Map<string, WildItem<T>[]>();
  let lengths: number[] = [];
  return {
    add(item: WildItem<T>): void {
      const text = item.wildcard[edge];
      addUnder(byText, text, item);
      if (!lengths.includes(text.length)) lengths = [...lengths, text.length].sort((a, b) => a - b);
    },
    collect(value: string, into: T[]): void {
      for (const length of lengths) {
        if (length > value.length) return;
        const text = edge === 'prefix' ? value.slice(0, length) : value.slice(value.length - length);
        const found = byText.get(text);
        if (found !== undefined) collectFitting(found, value, into);
      }
    },
  };
};

const collectFitting = <T>(items: readonly WildItem<T>[], value: string, into: T[]): void => {
  for (const { wildcard, item } of items) {
    if (fitsWildcard(wildcard, value)) into.push(item);
  }
};

const createNameIndex = <T>(): PatternIndex<T> => {
  const exact = new Map<string, T[]>();
  const byPrefix = createEdgeIndex<T>('prefix');
  const bySuffix = createEdgeIndex<T>('suffix');
  const rest: WildItem<T>[] = [];
  return {
    add(pattern, item) {
      if (!pattern.includes('*')) return addUnder(exact, pattern, item);
      const wild = { wildcard: parseWildcard(pattern), item };
      if (wild.wildcard.prefix !== '') byPrefix.add(wild);
      else if (wild.wildcard.suffix !== '') bySuffix.add(wild);
      else rest.push(wild);
    },
    collect(value, into) {
      appendAll(exact.get(value), into);
      byPrefix.collect(value, into);
      bySuffix.collect(value, into);
      collectFitting(rest, value, into);
    },
  };
};

/** Tools, models, providers, subjects: exact, or `*` for any run of characters anywhere; case-sensitive. */
export const nameDialect: Dialect = {
  flaw: (pattern) => (pattern === '' ? 'is empty' : undefined),
  normalise: (value) => value,
  createIndex: createNameIndex,
};
