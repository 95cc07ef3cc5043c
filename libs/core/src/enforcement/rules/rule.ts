import type { DocumentRef, Enforcement, Obligation, RuleEffect } from '@edict/contracts';
import type { Condition } from '../conditions/compile-condition.ts';
import type { RequestView } from '../request-view.ts';

/** The document that a rule stands in, as far as verdicts need to know it. */
export interface RuleDocument {
  readonly policy_id: string;
  readonly revision: number;
  readonly enforcement: Enforcement;
  readonly ref: DocumentRef;
}

/** A place in a document that can have a say, and what it says. */
export interface RuleSource {
  readonly document: RuleDocument;
  /** Names the place to the author: `tools.blocked_tools`, a hook's id, a principal. */
  readonly rule: string;
  /** The place among all of the document, for a stable order of reasons and obligations. */
  readonly order: number;
  readonly code: string;
  readonly effect: RuleEffect;
  /** The effect among others: the strongest has the highest number. */
  readonly strength: number;
  /** One plain sentence about a value that this place, given by its name, had a say on, and the pattern that found it: excerpts of both. */
  describe(value: string, pattern: string, rule: string): string;
}

/** deny > escalate > modify > log > allow (seeds §6.4). */
export const STRENGTH: Readonly<Record<RuleEffect, number>> = {
  deny: 4,
  escalate: 3,
  modify: 2,
  log: 1,
  allow: 0,
};

/** A place in a document. */
interface Place {
  readonly document: Pick<RuleDocument, 'policy_id'>;
  readonly order: number;
}

/** Orders places by document and then within it, whatever the order in which documents came. */
export const comparePlaces = (a: Place, b: Place): number => {
  const left = a.document.policy_id;
  const right = b.document.policy_id;
  if (left === right) return a.order - b.order;
  return left < right ? -1 : 1;
};

/** Who has to agree before matching work may go ahead. `within_ms` is how long they have. */
export interface Approval {
  readonly policy_id: string;
  readonly revision: number;
  readonly rule: string;
  readonly decision_policy: string;
  readonly approvers: readonly string[];
  readonly within_ms: number;
}

/** What is found by a pattern that matches the resource: a rule that then has a say, or an entry of a list that allows it. */
export type PatternRule = MatchRule | AllowEntry;

/** Has a say when its pattern matches the resource and its condition holds. */
export interface MatchRule {
  readonly source: RuleSource;
  readonly pattern: string;
  readonly list: undefined;
  readonly phase: 'before' | 'after';
  /** Whether a match makes the request a governed one (contract §4, who speaks). */
  readonly speaks: boolean;
  readonly condition: Condition | undefined;
  readonly approval: Approval | undefined;
  readonly obligation: Obligation | undefined;
}

/** A list that denies what none of its patterns matches. */
export interface AllowList {
  readonly denies: RuleSource;
}

export interface AllowEntry {
  /** What its list says of a resource that it allows. */
  readonly source: RuleSource;
  readonly pattern: string;
  readonly list: AllowList;
}

/** A rule that is not about a pattern. */
export interface Check {
  readonly source: RuleSource;
  readonly test: Test;
}

/** What a check looks at. Many documents make the same demand, and then it is looked at once. */
export interface Test {
  /** Tests with equal keys find the same. */
  readonly key: string;
  /** Gives the sentence of its finding when it has one. */
  find(view: RequestView): string | undefined;
}

/** A list of names for something that a request says besides its resource. */
export interface ClaimList {
  readonly source: RuleSource;
  readonly read: ClaimReader;
  readonly patterns: readonly string[];
}

/** Reads what a request says; every claim must be in every list. */
export type ClaimReader = (view: RequestView) => readonly Claim[];

export interface Claim {
  /** `undefined` is in no list. */
  readonly name: string | undefined;
  /** The sentence for a list that does not have it. */
  refusal(): string;
}

/** What stays shut for whom a document is for, by action, as long as nobody speaks about it. */
export type ShutActions = ReadonlyMap<string, ShutAction>;

export interface ShutAction {
  readonly rule: string;
  readonly code: string;
  describe(value: string, policy_id: string): string;
}
