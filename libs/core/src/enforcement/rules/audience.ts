import type { AppliesTo } from '@edict/contracts';
import { appendAll, type PatternIndex } from '../matchers/dialect.ts';
import { nameDialect } from '../matchers/name-dialect.ts';
import { dialectOf } from './action-dialect.ts';
import type { ActionPart, CompiledDocument } from './compiled-document.ts';
import type { AllowEntry, AllowList, Check, MatchRule, RuleSource } from './rule.ts';

/** The rules about one action that the documents of an audience have together. */
export interface ActionRules {
  /** Of the first document in force that has a section for the action. */
  readonly speaker: RuleSource | undefined;
  /** Whether any of the rules is in force, and not only tried out. */
  readonly enforced: boolean;
  readonly matches: PatternIndex<MatchRule>;
  readonly allowLists: readonly AllowList[];
  readonly allowed: PatternIndex<AllowEntry>;
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
  readonly checksBySubject: ReadonlyMap<string, readonly Check[]>;
}

/** Equal selectors give equal keys; the workspace is not part of it, because a set is compiled for one. */
export const audienceKey = ({ subjects, types }: AppliesTo): string =>
  JSON.stringify([sorted(subjects), sorted(types)]);

const sorted = (list: readonly string[] | undefined): readonly string[] | null =>
  list === undefined ? null : [...new Set(list)].sort();

/** Merges the rules of documents with the same selector; they come in the order of their ids. */
export const buildAudience = (
  key: string,
  { subjects, types }: AppliesTo,
  documents: readonly CompiledDocument[],
): Audience => {
  const parts = new Map<string, [CompiledDocument, ActionPart][]>();
  const checksBySubject = new Map<string, Check[]>();
  for (const document of documents) {
    for (const [action, part] of document.actions) {
      const list = parts.get(action) ?? [];
      list.push([document, part]);
      parts.set(action, list);
    }
    for (const [id, checks] of document.subjects) {
      const list = checksBySubject.get(id) ?? [];
      appendAll(checks, list);
      checksBySubject.set(id, list);
    }
  }
  return {
    key,
    subjects,
    types: types === undefined ? undefined : new Set(types),
    documents,
    actions: new Map([...parts].map(([action, list]) => [action, mergeParts(action, list)])),
    checksBySubject,
  };
};

const mergeParts = (
  action: string,
  parts: readonly (readonly [CompiledDocument, ActionPart])[],
): ActionRules => {
  const dialect = dialectOf(action);
  const matches = dialect.createIndex<MatchRule>();
  const allowed = dialect.createIndex<AllowEntry>();
  const allowLists: AllowList[] = [];
  const checks: Check[] = [];
  const inForce = parts.filter(([document]) => document.rules.enforcement === 'enforce');
  for (const [, part] of parts) {
    for (const rule of part.matches) matches.add(rule.pattern, rule);
    for (const entry of part.allowed) allowed.add(entry.pattern, entry);
    appendAll(part.allowLists, allowLists);
    appendAll(part.checks, checks);
  }
  return {
    speaker: inForce.find(([, part]) => part.speaker !== undefined)?.[1].speaker,
    enforced: inForce.some(
      ([, part]) => part.speaker !== undefined || part.matches.length > 0 || part.checks.length > 0,
    ),
    matches,
    allowLists,
    allowed,
    checks,
    missing: inForce.find(([, part]) => part.missing !== undefined)?.[1].missing,
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
