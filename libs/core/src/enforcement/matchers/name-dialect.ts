import { addUnder, appendAll, type Dialect, type PatternIndex } from './dialect.ts';
import { createWildIndex } from './wild-index.ts';
import { parseWildcard } from './wildcard.ts';

const createNameIndex = <T>(): PatternIndex<T> => {
  const exact = new Map<string, T[]>();
  const wild = createWildIndex<T>();
  return {
    add: (pattern, item) => {
      if (pattern.includes('*')) wild.add({ wildcard: parseWildcard(pattern), item });
      else addUnder(exact, pattern, item);
    },
    collect: (value, into) => {
      appendAll(exact.get(value), into);
      wild.collect(value, into);
    },
  };
};

/** Tools, models, providers, subjects: exact, or `*` for any run of characters anywhere; case-sensitive. */
export const nameDialect: Dialect = {
  flaw: (pattern) => (pattern === '' ? 'is empty' : undefined),
  normalise: (value) => value,
  createIndex: createNameIndex,
};
