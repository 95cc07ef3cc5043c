import type { PatternIndex } from '../matchers/dialect.ts';
import { Lists } from '../matchers/lists.ts';
import { dialectOf } from './action-dialect.ts';
import type { CompiledDocument } from './compiled-document.ts';
import type { AllowEntry, Check, MatchRule, RuleDocument } from './rule.ts';

export type LookUp<T> = Pick<PatternIndex<T>, 'collect'>;

/** The rules of some documents, found by what they are about. */
export interface RuleIndex {
  matches(action: string): LookUp<MatchRule>;
  allowed(action: string): LookUp<AllowEntry>;
  readonly subjects: LookUp<Check>;
  /** What was built in one go; the rest is a small index of what changed since. */
  readonly base: BaseIndex;
}

interface BaseIndex extends Omit<RuleIndex, 'base'> {
  readonly documents: ReadonlySet<CompiledDocument>;
}

/** So many rules may have changed since an index was built; with more it is built anew. */
const CHANGED_RULES = 512;

/**
 * An index of documents. It takes over what another one was built from, leaves out what is gone by now and looks beside
 * it for what is new, as long as that is little: then a save costs what it changes, not what stands beside it.
 */
export const indexRules = (documents: readonly CompiledDocument[], known?: RuleIndex): RuleIndex => {
  const base = known?.base;
  if (base === undefined) return builtFrom(documents);
  const current = new Set(documents);
  const fresh = documents.filter((document) => !base.documents.has(document));
  const gone = [...base.documents].filter((document) => !current.has(document));
  if (rulesIn(fresh) + rulesIn(gone) > CHANGED_RULES) return builtFrom(documents);
  return fresh.length + gone.length === 0 ? { ...base, base } : changed(base, gone, build(fresh));
};

const rulesIn = (documents: readonly CompiledDocument[]): number =>
  documents.reduce((sum, { actions, subjects }) => {
    let rules = subjects.size;
    for (const { matches, allowed } of actions.values()) rules += matches.length + allowed.length;
    return sum + rules;
  }, 0);

const builtFrom = (documents: readonly CompiledDocument[]): RuleIndex => {
  const base = build(documents);
  return { ...base, base };
};

const build = (documents: readonly CompiledDocument[]): BaseIndex => {
  const matches = new Map<string, PatternIndex<MatchRule>>();
  const allowed = new Map<string, PatternIndex<AllowEntry>>();
  const subjects = new Lists<Check>();
  for (const document of documents) {
    for (const [action, part] of document.actions) {
      const [matching, allowing] = [indexOf(matches, action), indexOf(allowed, action)];
      for (const rule of part.matches) matching.add(rule.pattern, rule);
      for (const entry of part.allowed) allowing.add(entry.pattern, entry);
    }
    for (const [id, checks] of document.subjects) for (const check of checks) subjects.add(id, check);
  }
  return {
    documents: new Set(documents),
    matches: (action) => matches.get(action) ?? NOTHING,
    allowed: (action) => allowed.get(action) ?? NOTHING,
    subjects,
  };
};

const NOTHING: LookUp<never> = { collect: () => {} };

const indexOf = <T>(indexes: Map<string, PatternIndex<T>>, action: string): PatternIndex<T> => {
  const index = indexes.get(action) ?? dialectOf(action).createIndex<T>();
  indexes.set(action, index);
  return index;
};

const changed = (base: BaseIndex, gone: readonly CompiledDocument[], fresh: BaseIndex): RuleIndex => {
  const left = new Set(gone.map(({ rules }) => rules));
  return {
    base,
    matches: (action) =>
      without(left, ({ source }) => source.document, base.matches(action), fresh.matches(action)),
    allowed: (action) =>
      without(left, ({ list }) => list.allows.document, base.allowed(action), fresh.allowed(action)),
    subjects: without(left, ({ source }) => source.document, base.subjects, fresh.subjects),
  };
};

/** What a first index finds of documents that are not gone, and then what a second one finds. */
const without = <T>(
  gone: ReadonlySet<RuleDocument>,
  documentOf: (item: T) => RuleDocument,
  first: LookUp<T>,
  second: LookUp<T>,
): LookUp<T> => ({
  collect: (value, into) => {
    let kept = into.length;
    first.collect(value, into);
    for (let at = kept; at < into.length; at++) {
      const item = into[at] as T;
      if (!gone.has(documentOf(item))) into[kept++] = item;
    }
    into.length = kept;
    second.collect(value, into);
  },
});
