import { Lists } from '../matchers/lists.ts';
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
  const everybody: Audience[] = [];
  const byType = new Lists<Audience>();
  const bySubject = nameDialect.createIndex<Audience>();
  for (const audience of audiences) {
    const { subjects, types } = audience;
    if (subjects !== undefined) for (const pattern of subjects) bySubject.add(pattern, audience);
    else if (types !== undefined) for (const type of types) byType.add(type, audience);
    else everybody.push(audience);
  }
  if (everybody.length === audiences.length) return { find: () => everybody };
  return {
    find: ({ type, id }) => {
      const found = everybody.slice();
      byType.collect(type, found);
      const named: Audience[] = [];
      bySubject.collect(nameDialect.normalise(id) ?? id, named);
      // Two patterns of one selector may fit the same subject.
      for (const audience of named.length > 1 ? new Set(named) : named) {
        if (audience.types === undefined || audience.types.has(type)) found.push(audience);
      }
      return found;
    },
  };
};
