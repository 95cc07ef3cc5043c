import type { Obligation } from '@edict/contracts';
import type { Condition } from '../conditions/compile-condition.ts';
import type { LimitRule } from '../limits/limit-rule.ts';
import { audienceKey } from './audience-key.ts';
import type { ActionPart, CompiledDocument, LiveDocument, SubjectCheck } from './compiled-document.ts';
import {
  type AllowList,
  type Approval,
  type Check,
  type ClaimList,
  type ClaimReader,
  type PatternRule,
  type RuleDocument,
  type RuleSource,
  type ShutActions,
  STRENGTH,
  type Test,
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
  /** The same for something that a request says besides its resource. */
  claimOnly(action: string, read: ClaimReader, patterns: readonly string[], denies: NewSource): void;
  /** A rule about an action that is not about a pattern. */
  check(action: string, source: NewSource, test: Test): void;
  /** A rule about one subject, whatever it does. */
  checkSubject(id: string, source: NewSource, test: Test): void;
  /** Denies actions in an open workspace when nobody speaks about them. */
  shuts(actions: ShutActions): void;
  limit(rule: LimitRule): void;
}

/** Lets a kind put one document into the intermediate form. */
export const buildDocument = (
  live: LiveDocument,
  compile: (live: LiveDocument, into: SetBuilder) => void,
): CompiledDocument => {
  const { policy_id, revision, enforcement, hash } = live;
  const rules: RuleDocument = { policy_id, revision, enforcement, ref: { policy_id, revision, hash } };
  const drafts = new Map<string, Draft>();
  const subjects: SubjectCheck[] = [];
  const limits: LimitRule[] = [];
  let shuts: ShutActions | undefined;
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
      draftOf(drafts, action).speaker = place(source);
    },
    match: (action, rule) => addMatches(draftOf(drafts, action).patterns, rule, place(rule.source)),
    allowOnly: (action, patterns, denies, allows) => {
      if (patterns.length === 0) return;
      const draft = draftOf(drafts, action);
      const list = { denies: place(denies) };
      const source = place(allows);
      draft.allowLists.push(list);
      for (const pattern of patterns) draft.patterns.push({ source, pattern, list });
    },
    claimOnly: (action, read, patterns, denies) => {
      if (patterns.length === 0) return;
      draftOf(drafts, action).claimLists.push({ source: place(denies), read, patterns });
    },
    check: (action, source, test) => {
      draftOf(drafts, action).checks.push({ source: place(source), test });
    },
    checkSubject: (subject, source, test) => {
      subjects.push({ subject, source: place(source), test });
    },
    shuts: (actions) => {
      shuts = actions;
    },
    limit: (rule) => {
      limits.push(rule);
    },
  });
  return {
    live,
    audience: audienceKey(live.document.applies_to ?? {}),
    rules,
    parts: [...drafts].map(([action, draft]) => toPart(action, rules, draft)),
    subjects: kept(subjects),
    shuts,
    limits: kept(limits),
  };
};

interface Draft {
  speaker: RuleSource | undefined;
  readonly patterns: PatternRule[];
  readonly allowLists: AllowList[];
  readonly claimLists: ClaimList[];
  readonly checks: Check[];
}

const draftOf = (drafts: Map<string, Draft>, action: string): Draft => {
  const known = drafts.get(action);
  if (known !== undefined) return known;
  const draft: Draft = { speaker: undefined, patterns: [], allowLists: [], claimLists: [], checks: [] };
  drafts.set(action, draft);
  return draft;
};

const addMatches = (into: PatternRule[], rule: NewMatch, source: RuleSource): void => {
  const { phase = 'before', speaks = false, condition, approval, obligation } = rule;
  for (const pattern of rule.patterns) {
    into.push({ source, pattern, list: undefined, phase, speaks, condition, approval, obligation });
  }
};

const toPart = (action: string, document: RuleDocument, draft: Draft): ActionPart => ({
  action,
  document,
  speaker: draft.speaker,
  patterns: kept(draft.patterns),
  allowLists: kept(draft.allowLists),
  claimLists: kept(draft.claimLists),
  checks: kept(draft.checks),
});

const NONE: readonly never[] = [];

/** A list as it is kept for long: one that grew has room for more, and most are empty. */
const kept = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NONE : list.slice());
