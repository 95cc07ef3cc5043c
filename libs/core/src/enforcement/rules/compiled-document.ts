import type { Enforcement, PolicyDocument } from '@edict/contracts';
import type { LimitRule } from '../limits/limit-rule.ts';
import type { AllowList, Check, PatternRule, RuleDocument, RuleSource } from './rule.ts';

/** A document as it is in force at some point of a workspace's history. */
export interface LiveDocument {
  readonly policy_id: string;
  readonly kind: string;
  readonly revision: number;
  readonly hash: string;
  readonly enforcement: Enforcement;
  readonly document: PolicyDocument;
}

/** The rules of one document about one action. */
export interface ActionPart {
  /** There when the document governs the action by having a section for it. */
  speaker: RuleSource | undefined;
  readonly patterns: PatternRule[];
  readonly allowLists: AllowList[];
  readonly checks: Check[];
  /** What denies in an open workspace when nobody else speaks about the action. */
  missing: RuleSource | undefined;
}

/** One document in the intermediate form: everything that its kind had to say. */
export interface CompiledDocument {
  readonly live: LiveDocument;
  /** The key of the selector that says for whom it is. */
  readonly audience: string;
  readonly rules: RuleDocument;
  readonly actions: ReadonlyMap<string, ActionPart>;
  /** Checks that bear on one subject whatever it does, by subject id. */
  readonly subjects: ReadonlyMap<string, readonly Check[]>;
  readonly limits: readonly LimitRule[];
}
