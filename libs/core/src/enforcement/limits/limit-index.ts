import type { DecisionRequest } from '@edict/contracts';
import { heap, Lists, type Pile, takeAll } from '../matchers/lists.ts';
import { nameDialect } from '../matchers/name-dialect.ts';
import type { CompiledDocument } from '../rules/compiled-document.ts';
import { comparePlaces } from '../rules/rule.ts';
import type { LimitRule } from './limit-rule.ts';

/** Finds the limits of some documents that a request counts under. */
export interface LimitIndex {
  /** How many limits there are. */
  readonly size: number;
  /** Appends them in any order, each once. */
  collect(request: DecisionRequest, into: LimitRule[]): void;
}

/** The limits of all documents with the same selector. */
interface Group {
  readonly types: ReadonlySet<string> | undefined;
  readonly everyAction: Pile<LimitRule>;
  readonly byAction: Lists<LimitRule> | undefined;
}

/** Indexes limits by whom their documents are for, and then by action: a subject's own are few, whatever else there is. */
export const indexLimits = (documents: Iterable<CompiledDocument>): LimitIndex => {
  let everybody: Group | undefined;
  let narrow = false;
  const byType = new Lists<Group>();
  const bySubject = nameDialect.createIndex<Group>();
  let size = 0;
  for (const alike of bySelector(documents).values()) {
    const { subjects, types } = alike[0]?.live.document.applies_to ?? {};
    const limits = alike.flatMap((document) => document.limits);
    const group = createGroup(limits, types);
    size += limits.length;
    if (subjects === undefined && types === undefined) everybody = group;
    else narrow = true;
    if (subjects !== undefined) for (const pattern of new Set(subjects)) bySubject.add(pattern, group);
    else for (const type of group.types ?? []) byType.add(type, group);
  }
  return {
    size,
    collect: ({ subject: { type, id }, action }, into) => {
      if (everybody !== undefined) take(everybody, action.name, into);
      if (!narrow) return;
      const found: Group[] = [];
      byType.collect(type, found);
      bySubject.collect(id, found);
      // Two patterns of one selector may fit the same subject.
      for (const group of found.length > 1 ? new Set(found) : found) {
        if (group.types === undefined || group.types.has(type)) take(group, action.name, into);
      }
    },
  };
};

const bySelector = (documents: Iterable<CompiledDocument>): Map<string, CompiledDocument[]> =>
  Map.groupBy(
    [...documents].filter(({ limits }) => limits.length > 0),
    ({ audience }) => audience,
  );

/** Keeps limits in order, so that what is found of one group needs no sorting. */
const createGroup = (limits: LimitRule[], types: readonly string[] | undefined): Group => {
  let everyAction: Pile<LimitRule>;
  let byAction: Lists<LimitRule> | undefined;
  for (const limit of limits.sort(comparePlaces)) {
    if (limit.actions === undefined) everyAction = heap(everyAction, limit);
    else {
      byAction ??= new Lists();
      for (const action of new Set(limit.actions)) byAction.add(action, limit);
    }
  }
  return { types: types === undefined ? undefined : new Set(types), everyAction, byAction };
};

const take = ({ everyAction, byAction }: Group, action: string, into: LimitRule[]): void => {
  takeAll(everyAction, into);
  byAction?.collect(action, into);
};
