import { addUnder, appendAll, type PatternIndex } from '../matchers/dialect.ts';
import { Lists } from '../matchers/lists.ts';
import { dialectOf } from './action-dialect.ts';
import type { ActionPart, CompiledDocument } from './compiled-document.ts';
import {
  type AllowList,
  type Check,
  comparePlaces,
  type PatternRule,
  type RuleDocument,
  type RuleSource,
} from './rule.ts';

export type LookUp<T> = Pick<PatternIndex<T>, 'collect'>;

/** The rules about one action that some documents have together. */
export interface ActionRules {
  /** Of the first document in force that has a section for the action. */
  readonly speaker: RuleSource | undefined;
  /** Whether any of the rules is in force, and not only tried out. */
  readonly enforced: boolean;
  readonly patterns: LookUp<PatternRule>;
  readonly allowLists: readonly AllowList[];
  readonly checks: readonly Check[];
  readonly missing: RuleSource | undefined;
}

/** The rules of some documents, found by what they are about. */
export interface RuleIndex {
  /** `undefined`: none of the documents has any. */
  rules(action: string): ActionRules | undefined;
  /** Checks that bear on one subject, by its id. */
  readonly subjects: LookUp<Check>;
  readonly layers: Layers;
}

/** What an index was built from, and what has changed since. */
interface Layers {
  readonly base: DocumentIndex;
  readonly gone: ReadonlySet<CompiledDocument>;
  readonly fresh: ReadonlySet<CompiledDocument>;
}

/** So many rules may have changed since an index was built; with more it is built anew. */
const CHANGED_RULES = 512;

export const indexRules = (documents: readonly CompiledDocument[]): RuleIndex => {
  const base = indexDocuments(documents);
  return {
    rules: (action) => base.actions.get(action),
    subjects: base.subjects,
    layers: { base, gone: new Set(), fresh: new Set() },
  };
};

/**
 * The index of the same documents but those that are removed, and of those that are added. What it was built from stays:
 * what is gone is left out of what that finds, and what is new is looked for beside it, as long as it is little. So a
 * change costs what it changes, not what stands beside it.
 */
export const changeRules = ({ layers }: RuleIndex, { removed, added }: Changed): RuleIndex | undefined => {
  const { base } = layers;
  const gone = new Set(layers.gone);
  const fresh = new Set(layers.fresh);
  for (const document of removed) if (!fresh.delete(document)) gone.add(document);
  for (const document of added) if (!gone.delete(document)) fresh.add(document);
  if (gone.size === base.documents.size && fresh.size === 0) return undefined;
  if (rulesIn(gone) + rulesIn(fresh) > CHANGED_RULES) {
    return indexRules([...base.documents].filter((document) => !gone.has(document)).concat([...fresh]));
  }
  return layered({ base, gone, fresh });
};

export interface Changed {
  readonly removed: readonly CompiledDocument[];
  readonly added: readonly CompiledDocument[];
}

const rulesIn = (documents: Iterable<CompiledDocument>): number => {
  let rules = 0;
  for (const { actions, subjects } of documents) {
    rules += 1 + subjects.size;
    for (const { patterns } of actions.values()) rules += patterns.length;
  }
  return rules;
};

/** The rules about one action that some documents have, each kind in the order of their ids. */
interface ActionIndex extends ActionRules {
  readonly patterns: PatternIndex<PatternRule>;
  readonly allowLists: AllowList[];
  readonly checks: Check[];
  /** Of each document in force: its section, what restricts, what is missing. */
  readonly speakers: RuleSource[];
  readonly enforcing: RuleDocument[];
  readonly allMissing: RuleSource[];
}

interface DocumentIndex {
  readonly documents: ReadonlySet<CompiledDocument>;
  readonly actions: ReadonlyMap<string, ActionIndex>;
  readonly subjects: LookUp<Check>;
}

const indexDocuments = (documents: readonly CompiledDocument[]): DocumentIndex => {
  const parts = new Map<string, [CompiledDocument, ActionPart][]>();
  const subjects = new Lists<Check>();
  for (const document of documents.toSorted(byId)) {
    for (const [action, part] of document.actions) addUnder(parts, action, [document, part]);
    for (const [id, checks] of document.subjects) for (const check of checks) subjects.add(id, check);
  }
  const actions = new Map([...parts].map(([action, list]) => [action, indexAction(action, list)]));
  return { documents: new Set(documents), actions, subjects };
};

const byId = (a: CompiledDocument, b: CompiledDocument): number =>
  a.live.policy_id < b.live.policy_id ? -1 : 1;

const indexAction = (
  action: string,
  parts: readonly (readonly [CompiledDocument, ActionPart])[],
): ActionIndex => {
  const dialect = dialectOf(action);
  const index = {
    patterns: dialect.createIndex<PatternRule>(),
    allowLists: [] as AllowList[],
    checks: [] as Check[],
    speakers: [] as RuleSource[],
    enforcing: [] as RuleDocument[],
    allMissing: [] as RuleSource[],
  };
  for (const [{ rules }, part] of parts) {
    const { patterns, allowLists, checks, speaker, missing } = part;
    for (const rule of patterns) index.patterns.add(rule.pattern, rule);
    appendAll(allowLists, index.allowLists);
    appendAll(checks, index.checks);
    if (rules.enforcement !== 'enforce') continue;
    if (speaker !== undefined) index.speakers.push(speaker);
    if (missing !== undefined) index.allMissing.push(missing);
    if (speaker !== undefined || patterns.length + checks.length > 0) index.enforcing.push(rules);
  }
  const [speaker, missing] = [index.speakers[0], index.allMissing[0]];
  return { ...index, speaker, missing, enforced: index.enforcing.length > 0 };
};

const layered = (layers: Layers): RuleIndex => {
  const { base, gone } = layers;
  const fresh = indexDocuments([...layers.fresh]);
  const left = new Set([...gone].map(({ rules }) => rules));
  const known = new Map<string, ActionRules | undefined>();
  return {
    rules: (action) => {
      if (!known.has(action))
        known.set(action, without(left, base.actions.get(action), fresh.actions.get(action)));
      return known.get(action);
    },
    subjects: bothOf(left, base.subjects, fresh.subjects),
    layers,
  };
};

/** The rules of both but those of documents that are gone, which only the first may have. */
const without = (
  gone: ReadonlySet<RuleDocument>,
  base: ActionIndex | undefined,
  fresh: ActionIndex | undefined,
): ActionRules | undefined => {
  if (base === undefined) return fresh;
  const stays = (document: RuleDocument): boolean => !gone.has(document);
  const first = (sources: readonly RuleSource[], other: RuleSource | undefined): RuleSource | undefined => {
    const source = sources.find(({ document }) => stays(document));
    if (source === undefined || other === undefined) return source ?? other;
    return comparePlaces(source, other) < 0 ? source : other;
  };
  return {
    speaker: first(base.speakers, fresh?.speaker),
    missing: first(base.allMissing, fresh?.missing),
    enforced: fresh?.enforced === true || base.enforcing.some(stays),
    patterns: bothOf(gone, base.patterns, fresh?.patterns),
    allowLists: [
      ...base.allowLists.filter(({ denies }) => stays(denies.document)),
      ...(fresh?.allowLists ?? []),
    ],
    checks: [...base.checks.filter(({ source }) => stays(source.document)), ...(fresh?.checks ?? [])],
  };
};

/** What a first index finds of documents that are not gone, and then what a second one finds. */
const bothOf = <T extends { readonly source: RuleSource }>(
  gone: ReadonlySet<RuleDocument>,
  first: LookUp<T>,
  second: LookUp<T> | undefined,
): LookUp<T> => ({
  collect: (value, into) => {
    let kept = into.length;
    first.collect(value, into);
    for (let at = kept; at < into.length; at++) {
      const item = into[at] as T;
      if (!gone.has(item.source.document)) into[kept++] = item;
    }
    into.length = kept;
    second?.collect(value, into);
  },
});
