import { heap, type Pile } from '../matchers/lists.ts';
import { nameDialect } from '../matchers/name-dialect.ts';
import type { RequestView } from '../request-view.ts';
import type { ClaimList, ClaimReader, RuleSource } from './rule.ts';

/** Lists of names for the same thing that requests say, looked through together. */
export interface ClaimIndex {
  /** Calls for the sources of each list that does not have all that a request says, with what refuses the first of it. */
  refuse(view: RequestView, refused: (sources: Pile<RuleSource>, message: string) => void): void;
}

const NONE: readonly never[] = [];

/** One index for each thing that some lists are about; lists that are written alike are one. */
export const indexClaims = (lists: readonly ClaimList[]): readonly ClaimIndex[] => {
  if (lists.length === 0) return NONE;
  const byReader = Map.groupBy(lists, ({ read }) => read);
  return [...byReader].map(([read, alike]) => indexReader(read, alike));
};

const indexReader = (read: ClaimReader, lists: readonly ClaimList[]): ClaimIndex => {
  const numbers = new Map<string, number>();
  const sources: Pile<RuleSource>[] = [];
  const names = nameDialect.createIndex<number>();
  for (const { source, patterns } of lists) {
    const key = JSON.stringify(patterns);
    const number = numbers.get(key) ?? sources.length;
    sources[number] = heap(sources[number], source);
    if (numbers.has(key)) continue;
    numbers.set(key, number);
    for (const pattern of patterns) names.add(pattern, number);
  }
  const having = (name: string | undefined): Having => {
    const has = new Uint8Array(sources.length);
    const found: number[] = [];
    if (name !== undefined) names.collect(name, found);
    let count = 0;
    // Two patterns of one list may fit the same name.
    for (const number of found) if (has[number] === 0) count += has[number] = 1;
    return { has, all: count === sources.length };
  };
  return {
    refuse: (view, refused) => {
      const claims = read(view);
      const havings = claims.map(({ name }) => having(name));
      if (havings.every(({ all }) => all)) return;
      const messages = claims.map(({ refusal }) => refusal());
      for (const [number, each] of sources.entries()) {
        const message = messages[havings.findIndex(({ has }) => has[number] === 0)];
        if (message !== undefined) refused(each, message);
      }
    },
  };
};

/** Which lists have a name, by their numbers. */
interface Having {
  readonly has: Uint8Array;
  readonly all: boolean;
}
