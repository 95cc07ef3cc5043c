import type { Dialect, PatternIndex } from './dialect.ts';
import { Lists } from './lists.ts';
import { createWildIndex, type WildIndex } from './wild-index.ts';
import { parseWildcard } from './wildcard.ts';

/** Many an index has patterns of one form only, or one of them: each form has a place once there is one. */
const createNameIndex = <T>(): PatternIndex<T> => {
  let exact: Lists<T> | undefined;
  let wild: WildIndex<T> | undefined;
  return {
    add: (pattern, item) => {
      if (pattern.includes('*')) {
        wild ??= createWildIndex();
        wild.add({ wildcard: parseWildcard(pattern), item });
      } else {
        exact ??= new Lists();
        exact.add(pattern, item);
      }
    },
    collect: (value, into) => {
      exact?.collect(value, into);
      wild?.collect(value, into);
    },
  };
};

/** Tools, models, providers, subjects: exact, or `*` for any run of characters anywhere; case-sensitive. */
export const nameDialect: Dialect = {
  flaw: (pattern) => (pattern === '' ? 'is empty' : undefined),
  normalise: (value) => value,
  createIndex: createNameIndex,
};
