import type { Problem } from '@edict/contracts';
import { decisionProblems } from './admission.ts';
import { readRules } from './rules.ts';
import { decisionWarnings } from './warnings.ts';

/** What a check of a document found: problems refuse it, warnings only tell. */
export interface DecisionCheck {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks a document as a decision policy: a MACP descriptor, with or without `kind: decision`. */
export const checkDecisionDocument = (document: unknown): DecisionCheck => {
  const problems = decisionProblems(document);
  if (problems.length > 0) return { problems, warnings: [] };
  const read = readRules(document);
  return { problems, warnings: read.ok ? decisionWarnings(read.rules, presentIn(document)) : [] };
};

const presentIn =
  (document: unknown) =>
  (path: string): boolean => {
    let value = document;
    for (const key of path.split('/').slice(1)) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return value !== undefined;
  };

/**
 * The kind `decision` for the registry of documents. It restricts nothing by itself: approval rules and sessions
 * name it by id, so there is nothing to compile into rules.
 */
export const decisionKind = {
  check: checkDecisionDocument,
  compile: (): void => {},
} as const;
