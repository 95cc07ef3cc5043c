import type { Obligation } from '@edict/contracts';
import type { Condition } from '../conditions/compile-condition.ts';
import type { LimitRule } from '../limits/limit-rule.ts';
import { addUnder } from '../matchers/dialect.ts';
import { audienceKey } from './audience-key.ts';
import type { ActionPart, CompiledDocument, LiveDocument } from './compiled-document.ts';
import {
  type Approval,
  type Check,
  type PatternRule,
  type RuleDocument,
  type RuleSource,
  STRENGTH,
} from './rule.ts';

/** A source as a kind states it; the builder adds the document, the place in it, and what the effect is worth. */
export type NewSource = Omit<RuleSource, 'document' | 'order' | 'strength'>;

export interface NewMatch {
  readonly source: NewSource;
  readonly patterns: readonly string[];
  readonly phase?: 'before' | 'after';
  readonly speaks?: boolean;
  readonly condition?: Condition | undefined;
  readonly approval?: Approval;
  readonly obligation?: Obligation;
}

/** Takes what a kind has to say in the words of the intermediate form. Rules keep the order in which they come. */
export interface SetBuilder {
  /** The document governs the action; the source says why what nothing restricts is allowed. */
  speaks(action: string, source: NewSource): void;
  /** A rule that has a say on resources that match one of its patterns. */
  match(action: string, rule: NewMatch): void;
  /** A list that denies what it does not name; an empty one restricts nothing. */
  allowOnly(action: string, patterns: readonly string[], denies: NewSource, allows: NewSource): void;
  /** A rule about an action that is not about a pattern. */
  check(action: string, source: NewSource, find: Check['find']): void;
  /** A rule about one subject, whatever it does. */
  checkSubject(id: string, source: NewSource, find: Check['find']): void;
  /** Denies the action in an open workspace when nobody speaks about it. */
  missing(action: string, source: NewSource): void;
  limit(rule: LimitRule): void;
}

/** Lets a kind put one document into the intermediate form. */
export const buildDocument = (
  live: LiveDocument,
  compile: (live: LiveDocument, into: SetBuilder) => void,
): CompiledDocument => {
  const { policy_id, revision, enforcement, hash } = live;
  const rules: RuleDocument = { policy_id, revision, enforcement, ref: { policy_id, revision, hash } };
  const actions = new Map<string, ActionPart>();
  const subjects = new Map<string, Check[]>();
  const limits: LimitRule[] = [];
  let order = 0;
  // Alike for every kind, so that evaluating meets one form of them.
  const place = ({ rule, code, effect, describe }: NewSource): RuleSource => ({
    document: rules,
    order: order++,
    rule,
    code,
    effect,
    strength: STRENGTH[effect],
    describe,
  });
  compile(live, {
    speaks: (action, source) => {
      partOf(actions, action).speaker = place(source);
    },
    match: (action, rule) => addMatches(partOf(actions, action).patterns, rule, place(rule.source)),
    allowOnly: (action, patterns, denies, allows) => {
      if (patterns.length === 0) return;
      const part = partOf(actions, action);
      const list = { denies: place(denies) };
      const source = place(allows);
      part.allowLists.push(list);
      for (const pattern of patterns) part.patterns.push({ source, pattern, list });
    },
    check: (action, source, find) => {
      partOf(actions, action).checks.push({ source: place(source), find });
    },
    checkSubject: (id, source, find) => addUnder(subjects, id, { source: place(source), find }),
    missing: (action, source) => {
      partOf(actions, action).missing = place(source);
    },
    limit: (rule) => {
      limits.push(rule);
    },
  });
  const audience = audienceKey(live.document.applies_to ?? {});
  return { live, audience, rules, actions, subjects, limits };
};

const addMatches = (into: PatternRule[], rule: NewMatch, source: RuleSource): void => {
  const { phase = 'before', speaks = false, condition, approval, obligation } = rule;
  for (const pattern of rule.patterns) {
    into.push({ source, pattern, list: undefined, phase, speaks, condition, approval, obligation });
  }
};

const partOf = (actions: Map<string, ActionPart>, action: string): ActionPart => {
  const known = actions.get(action);
  if (known !== undefined) return known;
  const part: ActionPart = {
    speaker: undefined,
    patterns: [],
    allowLists: [],
    checks: [],
    missing: undefined,
  };
  actions.set(action, part);
  return part;
};
