import type { Enforcement, PolicyDocument } from '@edict/contracts';
import type { LimitRule } from '../limits/limit-rule.ts';
import type {
  AllowList,
  Check,
  ClaimList,
  PatternRule,
  RuleDocument,
  RuleSource,
  ShutActions,
} from './rule.ts';

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
  readonly action: string;
  readonly document: RuleDocument;
  /** There when the document governs the action by having a section for it. */
  readonly speaker: RuleSource | undefined;
  readonly patterns: readonly PatternRule[];
  readonly allowLists: readonly AllowList[];
  readonly checks: readonly Check[];
  readonly claimLists: readonly ClaimList[];
}

/** A check that bears on one subject, whatever it does. */
export interface SubjectCheck extends Check {
  readonly subject: string;
}

/** One document in the intermediate form: everything that its kind had to say. */
export interface CompiledDocument {
  readonly live: LiveDocument;
  /** The key of the selector that says for whom it is. */
  readonly audience: string;
  readonly rules: RuleDocument;
  /** One for each action. */
  readonly parts: readonly ActionPart[];
  readonly subjects: readonly SubjectCheck[];
  /** What denies in an open workspace when nobody else speaks about an action. */
  readonly shuts: ShutActions | undefined;
  readonly limits: readonly LimitRule[];
}
