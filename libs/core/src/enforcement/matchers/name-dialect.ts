import type { Dialect, PatternIndex } from './dialect.ts';
import { Lists } from './lists.ts';
import { createWildIndex } from './wild-index.ts';
import { parseWildcard } from './wildcard.ts';

const createNameIndex = <T>(): PatternIndex<T> => {
  const exact = new Lists<T>();
  const wild = createWildIndex<T>();
  return {
    add: (pattern, item) => {
      if (pattern.includes('*')) wild.add({ wildcard: parseWildcard(pattern), item });
      else exact.add(pattern, item);
    },
    collect: (value, into) => {
      exact.collect(value, into);
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
