import type { LimitStatus } from '@edict/contracts';
import { accountAt } from '../enforcement/limits/account.ts';
import { statusOf } from '../enforcement/limits/bind-limits.ts';
import type { VerdictInput } from './verdict-facts.ts';
import type { VerdictState } from './verdict-state.ts';

/**
 * Limits as a reply shows them, and after them what else the verdict listed: attempts, and rates, of which nothing is
 * held. Those stand as they do now; one whose rule is gone by now is left out.
 */
export const withListed = (
  shown: readonly LimitStatus[],
  listed: readonly LimitStatus[],
  { ws, at, facts: { set } }: VerdictInput,
  { ledger }: VerdictState,
): LimitStatus[] => {
  const others = listed.flatMap((each) => {
    const { policy_id, limit: name, key } = each;
    if (shown.some((known) => isSame(known, each))) return [];
    const rule = set.compiled.get(policy_id)?.limits.find(({ rule }) => rule === name);
    if (rule === undefined) return [];
    const account = accountAt(rule, ledger.find({ ws, policy_id, rule: name }, key, at), at);
    return [statusOf({ policy_id, rule: name, key, limit: rule.limit }, account)];
  });
  return [...shown, ...others];
};

/** Whether two stand for the same limit of the same sharers. */
export const isSame = (one: LimitStatus, other: LimitStatus): boolean =>
  one.limit === other.limit && one.policy_id === other.policy_id && one.key === other.key;
