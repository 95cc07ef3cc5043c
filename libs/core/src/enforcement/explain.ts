import { BOUNDS, type DocumentRef, excerpt, type Reason, type Warning } from '@edict/contracts';
import type { Finding } from './collect-findings.ts';
import { putInOrder } from './put-in-order.ts';
import { comparePlaces, type RuleDocument, STRENGTH } from './rules/rule.ts';

/** Sorts findings by id and place in the document, and gives the same list. */
export const inOrder = (findings: Finding[]): Finding[] => putInOrder(findings, byPlace);

const byPlace = (a: Finding, b: Finding): number => {
  const place = comparePlaces(a.source, b.source);
  if (place !== 0 || a.pattern === b.pattern) return place;
  return a.pattern < b.pattern ? -1 : 1;
};

/** Findings that are in order, the strongest first: an order that depends on nothing but the documents. */
export const strongestFirst = (findings: readonly Finding[]): readonly Finding[] => {
  if (findings.length < 2) return findings;
  const ranked: Finding[] = [];
  for (let strength = STRENGTH.deny; strength >= 0; strength--) {
    for (const finding of findings) if (finding.source.strength === strength) ranked.push(finding);
  }
  return ranked;
};

/** The reasons of a verdict: the engine's own, then those of findings, the strongest first. `value` is the resource's id. */
export const reasonsOf = (engine: readonly Reason[], ranked: readonly Finding[], value: string): Reason[] => {
  const reasons = engine.slice(0, BOUNDS.reasons);
  const shown = excerpt(value);
  for (const finding of ranked) {
    if (reasons.length === BOUNDS.reasons) break;
    reasons.push(toReason(finding, shown));
  }
  return reasons;
};

const toReason = ({ source, pattern, message, errored }: Finding, shown: string): Reason => {
  const { document, rule, code, effect } = source;
  const sentence = message ?? source.describe(shown, excerpt(pattern), rule);
  return {
    policy_id: document.policy_id,
    revision: document.revision,
    rule,
    code,
    effect,
    message: errored ? `${sentence} Its condition could not be evaluated, so it holds.` : sentence,
  };
};

/** Conditions in force that could not be evaluated, then what documents that are only tried out would have done. */
export const warningsOf = (errored: Finding[], shadows: Finding[], value: string): Warning[] => [
  ...strongestFirst(inOrder(errored)).slice(0, BOUNDS.warnings).map(toConditionWarning),
  ...strongestFirst(inOrder(shadows))
    .slice(0, Math.max(0, BOUNDS.warnings - errored.length))
    .map((finding) => ({
      ...toReason(finding, excerpt(value)),
      enforcement: finding.source.document.enforcement,
    })),
];

const toConditionWarning = ({ source }: Finding): Warning => {
  const { document, rule, effect } = source;
  const consequence = effect === 'allow' ? 'the rule does not allow' : 'the rule holds';
  return {
    policy_id: document.policy_id,
    revision: document.revision,
    rule,
    code: 'CONDITION_ERROR',
    effect,
    message: `The condition of ${rule} could not be evaluated (what it reads is missing or of another type), so ${consequence}.`,
    enforcement: document.enforcement,
  };
};

/** The documents behind findings, each once, in their order. */
export const documentsOf = (findings: readonly Finding[]): DocumentRef[] => {
  const documents = new Set<DocumentRef>();
  let latest: RuleDocument | undefined;
  for (const { source } of findings) {
    if (source.document !== latest) documents.add(source.document.ref);
    latest = source.document;
  }
  return [...documents];
};
