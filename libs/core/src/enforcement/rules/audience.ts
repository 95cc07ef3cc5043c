import type { AppliesTo } from '@edict/contracts';
import { appendAll } from '../matchers/dialect.ts';
import { nameDialect } from '../matchers/name-dialect.ts';
import type { ActionPart, CompiledDocument } from './compiled-document.ts';
import type { AllowEntry, AllowList, Check, MatchRule, RuleSource } from './rule.ts';
import { indexRules, type LookUp, type RuleIndex } from './rule-index.ts';

/** The rules about one action that the documents of an audience have together. */
export interface ActionRules {
  /** Of the first document in force that has a section for the action. */
  readonly speaker: RuleSource | undefined;
  /** Whether any of the rules is in force, and not only tried out. */
  readonly enforced: boolean;
  readonly matches: LookUp<MatchRule>;
  readonly allowLists: readonly AllowList[];
  readonly allowed: LookUp<AllowEntry>;
  readonly checks: readonly Check[];
  readonly missing: RuleSource | undefined;
}

/** Everybody whom one selector describes, and all documents that have exactly this selector. */
export interface Audience {
  readonly key: string;
  readonly subjects: readonly string[] | undefined;
  readonly types: ReadonlySet<string> | undefined;
  readonly documents: readonly CompiledDocument[];
  readonly actions: ReadonlyMap<string, ActionRules>;
  readonly index: RuleIndex;
}

/** Merges the rules of documents with the same selector; they come in the order of their ids. */
export const buildAudience = (
  key: string,
  { subjects, types }: AppliesTo,
  documents: readonly CompiledDocument[],
  known?: Audience,
): Audience => {
  const parts = new Map<string, ActionPart[]>();
  for (const document of documents) {
    for (const [action, part] of document.actions) {
      const list = parts.get(action);
      if (list === undefined) parts.set(action, [part]);
      else list.push(part);
    }
  }
  const index = indexRules(documents, known?.index);
  return {
    key,
    subjects,
    types: types === undefined ? undefined : new Set(types),
    documents,
    actions: new Map([...parts].map(([action, list]) => [action, mergeParts(action, list, index)])),
    index,
  };
};

const mergeParts = (action: string, parts: readonly ActionPart[], index: RuleIndex): ActionRules => {
  const allowLists: AllowList[] = [];
  const checks: Check[] = [];
  let speaker: RuleSource | undefined;
  let missing: RuleSource | undefined;
  let enforced = false;
  for (const part of parts) {
    appendAll(part.allowLists, allowLists);
    appendAll(part.checks, checks);
    if (!part.inForce) continue;
    speaker ??= part.speaker;
    missing ??= part.missing;
    enforced ||= part.speaker !== undefined || part.matches.length > 0 || part.checks.length > 0;
  }
  return {
    speaker,
    enforced,
    matches: index.matches(action),
    allowLists,
    allowed: index.allowed(action),
    checks,
    missing,
  };
};

/** Finds the audiences that a subject belongs to. */
export interface AudienceIndex {
  find(subject: { readonly type: string; readonly id: string }): readonly Audience[];
}

export const indexAudiences = (audiences: readonly Audience[]): AudienceIndex => {
  const everybody = audiences.filter(({ subjects }) => subjects === undefined);
  const bySubject = nameDialect.createIndex<Audience>();
  for (const audience of audiences) {
    for (const pattern of audience.subjects ?? []) bySubject.add(pattern, audience);
  }
  const narrow = audiences.length > everybody.length || everybody.some(({ types }) => types !== undefined);
  return {
    find: ({ type, id }) => {
      if (!narrow) return everybody;
      const found = everybody.slice();
      bySubject.collect(nameDialect.normalise(id) ?? id, found);
      // Two patterns of one selector may fit the same subject.
      const fitting = found.length === everybody.length ? found : [...new Set(found)];
      return fitting.filter(({ types }) => types === undefined || types.has(type));
    },
  };
};
