import type {
  DocumentRef,
  Effect,
  LimitEntry,
  LimitStatus,
  Obligation,
  Reason,
  Warning,
} from '@edict/contracts';
import { charge, reserve } from './account.ts';
import { type BoundLimit, limitEntry, limitReason, limitStatus, refuses } from './bind-limits.ts';
import type { LimitRule } from './limit-rule.ts';

/** What the limits make of a request, and what it does to them. */
export interface LimitOutcome {
  /** Why limits deny; empty when none does. */
  readonly reasons: Reason[];
  readonly warnings: Warning[];
  readonly obligations: Obligation[];
  readonly statuses: LimitStatus[];
  readonly documents: DocumentRef[];
  /** Charged for good, whatever becomes of the request: attempts, and limits that only report. */
  readonly charged: LimitEntry[];
  /** Taken for the work that was let through. */
  readonly reserved: LimitEntry[];
  /** Whether anything of that has to be settled once the work is done. */
  readonly holds: boolean;
  /** How long the reservation holds: as long as the most patient of its limits says. */
  readonly reserveForMs: number;
}

type Draft = { -readonly [K in keyof LimitOutcome]: LimitOutcome[K] };

const noOutcome = (): Draft => ({
  reasons: [],
  warnings: [],
  obligations: [],
  statuses: [],
  documents: [],
  charged: [],
  reserved: [],
  holds: false,
  reserveForMs: 0,
});

/** A request that no limit applies to. */
export const NO_LIMITS: LimitOutcome = noOutcome();

/**
 * Checks a request against every limit that applies, then charges: all or nothing within a stage (seeds §6.4).
 * Attempts are charged whatever the rules said; admission only when nothing denies. Limits of documents that only
 * report are counted without a reservation, and deny nothing.
 */
export const applyLimits = (bounds: readonly BoundLimit[], effect: Effect, at: number): LimitOutcome => {
  if (bounds.length === 0) return NO_LIMITS;
  const outcome = noOutcome();
  const attempted = check(bounds, 'attempt', outcome.reasons);
  const admitted = attempted && effect !== 'deny' && check(bounds, 'admission', outcome.reasons);
  for (const bound of bounds) {
    const taken = bound.rule.stage === 'attempt' ? attempted : admitted;
    outcome.documents.push(bound.rule.document);
    if (holdsWork(bound.rule)) outcome.reserveForMs = Math.max(outcome.reserveForMs, bound.rule.reserveForMs);
    if (bound.rule.enforcement !== 'enforce') count(bound, taken, outcome);
    else take(bound, taken, outcome, at);
  }
  return outcome;
};

/** Whether every limit of a stage that can refuse lets the request through; notes why not. */
const check = (bounds: readonly BoundLimit[], stage: LimitRule['stage'], reasons: Reason[]): boolean => {
  const before = reasons.length;
  for (const bound of bounds) {
    const { rule } = bound;
    if (rule.stage === stage && rule.enforcement === 'enforce' && refuses(bound)) {
      reasons.push(limitReason(bound, 'deny'));
    }
  }
  return reasons.length === before;
};

const take = (bound: BoundLimit, taken: boolean, outcome: Draft, at: number): void => {
  if (!taken) {
    outcome.statuses.push(limitStatus(bound, bound.account, at));
    return;
  }
  const attempt = bound.rule.stage === 'attempt';
  const account = attempt ? charge(bound.account, bound.amount) : reserve(bound.account, bound.amount);
  (attempt ? outcome.charged : outcome.reserved).push(limitEntry(bound, account));
  if (holdsWork(bound.rule)) outcome.holds = true;
  outcome.statuses.push(limitStatus(bound, account, at));
  if (!bound.room) report(bound, outcome);
};

/** An exceeded limit that does not reject says so, and what it asks for (seeds LO-07). */
const report = (bound: BoundLimit, { warnings, obligations }: LimitOutcome): void => {
  const { document, rule, downgradeTo } = bound.rule;
  const named = { limit: rule, policy_id: document.policy_id } as const;
  warnings.push(limitReason(bound, 'log'));
  obligations.push(
    downgradeTo === undefined
      ? { type: 'alert', ...named }
      : { type: 'downgrade', ...named, to: downgradeTo },
  );
};

const count = (bound: BoundLimit, taken: boolean, { warnings, charged }: LimitOutcome): void => {
  const { enforcement, onExceeded } = bound.rule;
  if (bound.missing !== undefined || !bound.room) {
    const effect = onExceeded === 'reject' || bound.missing !== undefined ? 'deny' : 'log';
    warnings.push({ ...limitReason(bound, effect), enforcement });
  }
  if (taken) charged.push(limitEntry(bound, charge(bound.account, bound.amount)));
};

const holdsWork = ({ stage, enforcement, form, measure }: LimitRule): boolean =>
  stage === 'admission' && enforcement === 'enforce' && (form === 'budget' || measure !== 'requests');
