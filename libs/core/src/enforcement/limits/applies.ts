import type { DecisionRequest, PolicyDocument } from '@edict/contracts';
import { fitsWildcard, parseWildcard } from '../matchers/wildcard.ts';
import type { LimitRule } from './limit-rule.ts';

/**
 * The test of whether a request counts under a limit: whom the document is for, and which actions count.
 * A set holds only documents that are for its workspace, so that is not asked again.
 */
export const compileApplies = (
  { subjects, types }: NonNullable<PolicyDocument['applies_to']>,
  actions: readonly string[] | undefined,
): LimitRule['applies'] => {
  const tests: LimitRule['applies'][] = [];
  if (actions !== undefined) {
    const names = new Set(actions);
    tests.push(({ action }) => names.has(action.name));
  }
  if (types !== undefined) {
    const names = new Set(types);
    tests.push(({ subject }) => names.has(subject.type));
  }
  if (subjects !== undefined) {
    const fits = fitsAny(subjects);
    tests.push(({ subject }) => fits(subject.id));
  }
  const [only] = tests;
  if (only === undefined) return appliesToAll;
  if (tests.length === 1) return only;
  return (request) => tests.every((test) => test(request));
};

const appliesToAll = (_request: DecisionRequest): boolean => true;

const fitsAny = (patterns: readonly string[]): ((name: string) => boolean) => {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wild = patterns.filter((pattern) => pattern.includes('*')).map(parseWildcard);
  return (name) => exact.has(name) || wild.some((wildcard) => fitsWildcard(wildcard, name));
};
