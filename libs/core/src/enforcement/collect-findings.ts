import type { ConditionResult } from './conditions/compile-condition.ts';
import { type Pile, takeAll } from './matchers/lists.ts';
import type { RequestView } from './request-view.ts';
import type { Audience } from './rules/audience.ts';
import type { ActionRules, SharedCheck } from './rules/document-index.ts';
import {
  type AllowList,
  comparePlaces,
  type MatchRule,
  type PatternRule,
  type RuleDocument,
  type RuleSource,
} from './rules/rule.ts';

/** A rule that has a say on a request. */
export interface Finding {
  readonly source: RuleSource;
  readonly pattern: string;
  /** The sentence, when the rule made it; otherwise the source describes it. */
  readonly message: string | undefined;
  readonly rule: MatchRule | undefined;
  /** Its condition could not be evaluated. A rule that allows then has no say, and is noted only for the warning. */
  readonly errored: boolean;
}

/** Everything that the rules of a set have to say on one request. */
export interface Collected {
  readonly findings: Finding[];
  /** Of the first document in force that governs the request by a section. */
  speaker: RuleSource | undefined;
  /** The first rule in force that governs the request and whose condition does not hold. */
  unmet: RuleSource | undefined;
  governed: boolean;
  /** Rules in force exist for the action, but the resource has no form in which they could be asked. */
  malformed: boolean;
}

export const collectFindings = (audiences: readonly Audience[], view: RequestView): Collected => {
  const collected: Collected = {
    findings: [],
    speaker: undefined,
    unmet: undefined,
    governed: false,
    malformed: false,
  };
  for (const { index } of audiences) {
    const refuse = refusing(index.gone, collected.findings);
    const rules = index.rules(view.request.action.name);
    if (rules !== undefined) collectAction(rules, view, refuse, collected);
    const checks: SharedCheck[] = [];
    index.subjects.collect(view.request.subject.id, checks);
    collectChecks(checks, view, refuse);
  }
  return collected;
};

const collectAction = (rules: ActionRules, view: RequestView, refuse: Refuse, into: Collected): void => {
  if (rules.speaker !== undefined) {
    into.governed = true;
    into.speaker = earlier(into.speaker, rules.speaker);
  }
  collectChecks(rules.checks, view, refuse);
  for (const claims of rules.claims) claims.refuse(view, refuse);
  if (view.value === undefined) {
    into.malformed ||= rules.enforced;
    return;
  }
  const found: PatternRule[] = [];
  rules.patterns.collect(view.value, found);
  for (const rule of found) if (rule.list === undefined) collectMatch(rule, view, into);
  if (rules.allowLists.length > 0) collectAllowLists(rules.allowLists, found, into.findings);
};

/** Takes the sentence that several places have in common. */
type Refuse = (sources: Pile<RuleSource>, message: string) => void;

const refusing =
  (gone: ReadonlySet<RuleDocument>, into: Finding[]): Refuse =>
  (sources, message) => {
    const all: RuleSource[] = [];
    takeAll(sources, all);
    for (const source of all) {
      if (gone.has(source.document)) continue;
      into.push({ source, pattern: '', message, rule: undefined, errored: false });
    }
  };

const collectChecks = (checks: readonly SharedCheck[], view: RequestView, refuse: Refuse): void => {
  for (const { test, sources } of checks) {
    const message = test.find(view);
    if (message !== undefined) refuse(sources, message);
  }
};

const collectMatch = (rule: MatchRule, view: RequestView, into: Collected): void => {
  const result = rule.condition === undefined ? 'holds' : rule.condition(view);
  if (speaks(rule, result)) {
    into.governed = true;
    if (result === 'fails') into.unmet = earlier(into.unmet, rule.source);
  }
  if (result === 'fails') return;
  const { source, pattern } = rule;
  into.findings.push({ source, pattern, message: undefined, rule, errored: result === 'error' });
};

/** A rule that allows on a condition is nothing but its condition: unless that holds, it says nothing at all. */
const speaks = (rule: MatchRule, result: ConditionResult): boolean =>
  rule.speaks &&
  rule.source.document.enforcement === 'enforce' &&
  (rule.source.effect !== 'allow' || result === 'holds');

const earlier = (a: RuleSource | undefined, b: RuleSource): RuleSource =>
  a === undefined || comparePlaces(b, a) < 0 ? b : a;

const collectAllowLists = (
  lists: readonly AllowList[],
  found: readonly PatternRule[],
  into: Finding[],
): void => {
  const allowing = new Set<AllowList>();
  for (const { source, pattern, list } of found) {
    if (list === undefined) continue;
    allowing.add(list);
    into.push({ source, pattern, message: undefined, rule: undefined, errored: false });
  }
  if (allowing.size === lists.length) return;
  for (const list of lists) {
    if (allowing.has(list)) continue;
    into.push({ source: list.denies, pattern: '', message: undefined, rule: undefined, errored: false });
  }
};
