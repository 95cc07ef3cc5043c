import type { PatternIndex } from '../matchers/dialect.ts';
import { heap, Lists, type Pile } from '../matchers/lists.ts';
import { dialectOf } from './action-dialect.ts';
import { type ClaimIndex, indexClaims } from './claim-index.ts';
import type { ActionPart, CompiledDocument } from './compiled-document.ts';
import type { AllowList, Check, PatternRule, RuleDocument, RuleSource, Test } from './rule.ts';

export type LookUp<T> = Pick<PatternIndex<T>, 'collect'>;

/** The rules about one action that some documents have together. */
export interface ActionRules {
  /** Of the first document in force that has a section for the action. */
  readonly speaker: RuleSource | undefined;
  /** Whether any of the rules is in force, and not only tried out. */
  readonly enforced: boolean;
  readonly patterns: LookUp<PatternRule>;
  readonly allowLists: readonly AllowList[];
  readonly claims: readonly ClaimIndex[];
  readonly checks: readonly SharedCheck[];
}

/** One test, and every place that demands it. */
export interface SharedCheck {
  readonly test: Test;
  sources: Pile<RuleSource>;
}

/** The rules of some documents, found by what they are about; all lists are in the order of their ids. */
export interface DocumentIndex {
  readonly documents: readonly CompiledDocument[];
  /** Those in force that keep anything shut. */
  readonly shutting: readonly CompiledDocument[];
  readonly actions: ReadonlyMap<string, ActionIndex>;
  /** Checks that bear on one subject, by its id. */
  readonly subjects: LookUp<SharedCheck>;
}

export interface ActionIndex extends ActionRules {
  readonly parts: readonly ActionPart[];
}

export const indexDocuments = (documents: readonly CompiledDocument[]): DocumentIndex => {
  const sorted = documents.toSorted(byId);
  const byAction = Map.groupBy(
    sorted.flatMap(({ parts }) => parts),
    ({ action }) => action,
  );
  const shutting = sorted.filter(({ shuts, rules }) => shuts !== undefined && isInForce(rules));
  return {
    documents: sorted,
    shutting: shutting.length === sorted.length ? sorted : shutting,
    actions: new Map([...byAction].map(([action, parts]) => [action, indexAction(action, parts)])),
    subjects: indexSubjects(sorted),
  };
};

const byId = (a: CompiledDocument, b: CompiledDocument): number =>
  a.live.policy_id < b.live.policy_id ? -1 : 1;

const isInForce = ({ enforcement }: RuleDocument): boolean => enforcement === 'enforce';

export const speaks = ({ document, speaker }: ActionPart): boolean =>
  speaker !== undefined && isInForce(document);

export const restricts = ({ document, speaker, patterns, checks, claimLists }: ActionPart): boolean =>
  isInForce(document) && (speaker !== undefined || patterns.length + checks.length + claimLists.length > 0);

const indexAction = (action: string, parts: readonly ActionPart[]): ActionIndex => ({
  // One that grew has room for more.
  parts: parts.slice(),
  speaker: parts.find(speaks)?.speaker,
  enforced: parts.some(restricts),
  patterns: indexPatterns(action, parts),
  allowLists: joined(parts, ({ allowLists }) => allowLists),
  claims: indexClaims(joined(parts, ({ claimLists }) => claimLists)),
  checks: share(joined(parts, ({ checks }) => checks)),
});

const NONE: readonly never[] = [];
const NOTHING: LookUp<never> = { collect: () => {} };

const indexPatterns = (action: string, parts: readonly ActionPart[]): LookUp<PatternRule> => {
  if (parts.every(({ patterns }) => patterns.length === 0)) return NOTHING;
  const index = dialectOf(action).createIndex<PatternRule>();
  for (const { patterns } of parts) for (const rule of patterns) index.add(rule.pattern, rule);
  return index;
};

/** A list that all parts have in common; the same one when there is nothing in it. */
const joined = <T>(parts: readonly ActionPart[], listOf: (part: ActionPart) => readonly T[]): readonly T[] =>
  parts.every((part) => listOf(part).length === 0) ? NONE : parts.flatMap(listOf);

const share = (checks: readonly Check[]): readonly SharedCheck[] => {
  if (checks.length === 0) return NONE;
  const shared = new Map<string, SharedCheck>();
  for (const check of checks) addTo(shared, check.test.key, check);
  return [...shared.values()];
};

const indexSubjects = (documents: readonly CompiledDocument[]): LookUp<SharedCheck> => {
  if (documents.every(({ subjects }) => subjects.length === 0)) return NOTHING;
  const index = new Lists<SharedCheck>();
  const byTest = new Map<string, Map<string, SharedCheck>>();
  for (const { subjects } of documents) {
    for (const check of subjects) {
      const { key } = check.test;
      const shared = byTest.get(key) ?? new Map<string, SharedCheck>();
      byTest.set(key, shared);
      const added = addTo(shared, check.subject, check);
      if (added !== undefined) index.add(check.subject, added);
    }
  }
  return index;
};

/** Adds a check to the one under a key; gives that one when it is new. */
const addTo = (
  shared: Map<string, SharedCheck>,
  key: string,
  { test, source }: Check,
): SharedCheck | undefined => {
  const known = shared.get(key);
  if (known !== undefined) {
    known.sources = heap(known.sources, source);
    return undefined;
  }
  const added = { test, sources: source };
  shared.set(key, added);
  return added;
};
