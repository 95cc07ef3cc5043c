import type { ActionPart, CompiledDocument } from './compiled-document.ts';
import {
  type ActionIndex,
  type ActionRules,
  type DocumentIndex,
  indexDocuments,
  type LookUp,
  restricts,
  type SharedCheck,
  speaks,
} from './document-index.ts';
import { comparePlaces, type RuleDocument, type RuleSource } from './rule.ts';

/** The rules of some documents, found by what they are about. */
export interface RuleIndex {
  /** `undefined`: none of the documents has any. */
  rules(action: string): ActionRules | undefined;
  /** Checks that bear on one subject, by its id. */
  readonly subjects: LookUp<SharedCheck>;
  /** The first document in force that keeps an action shut. */
  shutter(action: string): CompiledDocument | undefined;
  /** Documents that do not count any more, although what they check, and what they want requests to say, is still found. */
  readonly gone: ReadonlySet<RuleDocument>;
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

const NONE: ReadonlySet<never> = new Set<never>();

export const indexRules = (documents: readonly CompiledDocument[]): RuleIndex => {
  const base = indexDocuments(documents);
  return {
    rules: (action) => base.actions.get(action),
    subjects: base.subjects,
    shutter: (action) => base.shutting.find(({ shuts }) => shuts?.has(action)),
    gone: NONE,
    layers: { base, gone: NONE, fresh: NONE },
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
  if (gone.size === base.documents.length && fresh.size === 0) return undefined;
  if (rulesIn(gone) + rulesIn(fresh) > CHANGED_RULES) {
    return indexRules(base.documents.filter((document) => !gone.has(document)).concat([...fresh]));
  }
  return layered({ base, gone, fresh });
};

export interface Changed {
  readonly removed: readonly CompiledDocument[];
  readonly added: readonly CompiledDocument[];
}

const rulesIn = (documents: Iterable<CompiledDocument>): number => {
  let rules = 0;
  for (const { parts, subjects } of documents) {
    rules += 1 + subjects.length;
    for (const { patterns, claimLists } of parts) {
      rules += patterns.length;
      for (const list of claimLists) rules += list.patterns.length;
    }
  }
  return rules;
};

const layered = (layers: Layers): RuleIndex => {
  const { base } = layers;
  const fresh = indexDocuments([...layers.fresh]);
  const gone = new Set([...layers.gone].map(({ rules }) => rules));
  const known = new Map<string, ActionRules | undefined>();
  return {
    rules: (action) => {
      if (!known.has(action))
        known.set(action, without(gone, base.actions.get(action), fresh.actions.get(action)));
      return known.get(action);
    },
    subjects: bothOf(base.subjects, fresh.subjects),
    shutter: (action) => {
      const isShut = ({ shuts, rules }: CompiledDocument): boolean =>
        shuts?.has(action) === true && !gone.has(rules);
      const [first, other] = [base.shutting.find(isShut), fresh.shutting.find(isShut)];
      if (first === undefined || other === undefined) return first ?? other;
      return first.live.policy_id < other.live.policy_id ? first : other;
    },
    gone,
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
  const stays = ({ document }: ActionPart): boolean => !gone.has(document);
  return {
    speaker: earlier(base.parts.find((part) => speaks(part) && stays(part))?.speaker, fresh?.speaker),
    enforced: fresh?.enforced === true || base.parts.some((part) => restricts(part) && stays(part)),
    patterns: stillOf(gone, base.patterns, fresh?.patterns),
    allowLists: [
      ...base.allowLists.filter(({ denies }) => !gone.has(denies.document)),
      ...(fresh?.allowLists ?? []),
    ],
    claims: [...base.claims, ...(fresh?.claims ?? [])],
    checks: [...base.checks, ...(fresh?.checks ?? [])],
  };
};

const earlier = (a: RuleSource | undefined, b: RuleSource | undefined): RuleSource | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return comparePlaces(a, b) < 0 ? a : b;
};

const bothOf = <T>(first: LookUp<T>, second: LookUp<T>): LookUp<T> => ({
  collect: (value, into) => {
    first.collect(value, into);
    second.collect(value, into);
  },
});

/** What a first index finds of documents that are not gone, and then what a second one finds. */
const stillOf = <T extends { readonly source: RuleSource }>(
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
