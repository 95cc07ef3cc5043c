import { nameDialect } from '../matchers/name-dialect.ts';
import type { CompiledDocument } from './compiled-document.ts';
import { type Changed, changeRules, indexRules, type RuleIndex } from './rule-index.ts';

/** Everybody whom one selector describes, and the rules of all documents that have exactly this selector. */
export interface Audience {
  readonly subjects: readonly string[] | undefined;
  readonly types: ReadonlySet<string> | undefined;
  readonly index: RuleIndex;
}

/** The audience of documents with the same selector. */
export const buildAudience = (documents: readonly CompiledDocument[]): Audience => {
  const { subjects, types } = documents[0]?.live.document.applies_to ?? {};
  return { subjects, types: types === undefined ? undefined : new Set(types), index: indexRules(documents) };
};

/** The same audience with other documents; `undefined` when none is left. */
export const changeAudience = (audience: Audience, changed: Changed): Audience | undefined => {
  const index = changeRules(audience.index, changed);
  return index === undefined ? undefined : { ...audience, index };
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
