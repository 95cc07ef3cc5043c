import { evaluateRequest, type PolicySet } from '@edict/core';
import { timeOneByOne } from '../measure/one-by-one.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { compileDocuments } from '../workload/compile.ts';
import type { RuleSet } from '../workload/rules/rule-set.ts';
import { RULE_SETS } from '../workload/rules/rule-sets.ts';
import { WORKSPACE } from '../workload/traffic.ts';
import type { Task } from './run-task.ts';

export interface EvaluateInput {
  readonly set: string;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly evaluations: number;
}

/** So many requests that no processor's cache holds what all of them touch, and few enough to make them first. */
const REQUESTS = 16_384;

/** Judges requests by sets of one kind and several sizes, one at a time and with every reason; a row per size. */
export const task: Task<EvaluateInput, readonly Row[]> = async ({ set, sizes, rounds, evaluations }) => {
  const rules = RULE_SETS.find(({ name }) => name === set);
  if (rules === undefined) throw new Error(`there is no rule set ${set}`);
  const variants = sizes.map((size, index): Variant => {
    const sample = sampler(rules, size, evaluations);
    // Until the compilers are done.
    sample();
    return { name: rowName(set, size), reference: index === 0, sample: async () => sample() };
  });
  return measureRounds(rounds, variants);
};

export const rowName = (set: string, size: number): string => `${set}, ${size.toLocaleString('en')} rules`;

const sampler = (rules: RuleSet, size: number, evaluations: number): (() => Sample) => {
  const policies = compileDocuments(rules.documents(size));
  const questions = Array.from({ length: REQUESTS }, (_, number) => rules.request(number, size));
  return () => sampleEvaluations(policies, questions, evaluations);
};

const sampleEvaluations = (
  policies: PolicySet,
  questions: readonly ReturnType<RuleSet['request']>[],
  evaluations: number,
): Sample =>
  timeOneByOne(evaluations, (number) => {
    const { request, effect } = questions[number % REQUESTS] as ReturnType<RuleSet['request']>;
    const asked = { request, ws: WORKSPACE, at: 0, claimsTrusted: true };
    return evaluateRequest(policies, asked).effect === effect;
  });
