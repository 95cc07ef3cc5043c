import type { DecisionRequest, LimitAccount, LimitEntry, LimitStatus, Reason } from '@edict/contracts';
import { accountAt, hasRoom, retryAfter } from './account.ts';
import { fromMicro, statedAmount } from './amounts.ts';
import { accountKey, limitKeyOf } from './limit-key.ts';
import type { LimitRule } from './limit-rule.ts';

/** A limit that applies to a request, with its account as it stands before the request. */
export interface BoundLimit {
  readonly rule: LimitRule;
  /** Who shares the limit, as a person reads it. */
  readonly key: string;
  /** Where the account lies. */
  readonly slot: string;
  readonly amount: number;
  readonly account: LimitAccount;
  readonly room: boolean;
  /** What the request does not say, though the limit insists on it. */
  readonly missing: string | undefined;
}

/** Where the accounts of limits are looked up. */
export interface Accounts {
  get(slot: string): LimitAccount | undefined;
}

export interface LimitInput {
  readonly request: DecisionRequest;
  readonly ws: string;
  readonly at: number;
  readonly claimsTrusted: boolean;
}

/** Every limit that applies to a request, in the order of the set. */
export const bindLimits = (
  rules: readonly LimitRule[],
  input: LimitInput,
  accounts: Accounts,
): BoundLimit[] => {
  const bound: BoundLimit[] = [];
  for (const rule of rules) {
    if (rule.applies(input.request)) bound.push(bindLimit(rule, input, accounts));
  }
  return bound;
};

const bindLimit = (
  rule: LimitRule,
  { request, ws, at, claimsTrusted }: LimitInput,
  accounts: Accounts,
): BoundLimit => {
  const key = limitKeyOf(rule, request, ws, claimsTrusted);
  const stated = statedAmount(rule.measure, request);
  const amount = stated ?? 0;
  const slot = accountKey(ws, rule.document.policy_id, rule.rule, key.text);
  const account = accountAt(rule, accounts.get(slot), at);
  const unsaid = key.missing ?? (stated === undefined ? `context.${rule.measure}` : undefined);
  return {
    rule,
    key: key.text,
    slot,
    amount,
    account,
    room: hasRoom(rule, account, amount),
    missing: rule.missing === 'deny' ? unsaid : undefined,
  };
};

/** Whether this limit alone refuses the request. */
export const refuses = ({ rule, room, missing }: BoundLimit): boolean =>
  missing !== undefined || (!room && rule.onExceeded === 'reject');

/** Why a limit refuses, or reports; its effect is the caller's. */
export const limitReason = (bound: BoundLimit, effect: Reason['effect']): Reason => {
  const { rule, missing } = bound;
  const { policy_id, revision } = rule.document;
  const form = rule.form === 'rate' ? 'limit.rate_exceeded' : 'limit.exceeded';
  return {
    policy_id,
    revision,
    rule: rule.rule,
    code: missing === undefined ? form : 'limit.missing',
    effect,
    message:
      missing === undefined
        ? exceededText(bound)
        : `The limit ${rule.rule} needs ${missing}, which the request does not say.`,
  };
};

const exceededText = ({ rule, key, amount, account }: BoundLimit): string => {
  const left = fromMicro(roomIn(rule, account));
  return `The limit ${rule.rule} of ${key} has ${left} of ${fromMicro(rule.limit)} ${rule.measure} left; the request needs ${fromMicro(amount)}.`;
};

const roomIn = ({ limit }: Pick<LimitRule, 'limit'>, account: LimitAccount): number =>
  Math.max(0, account.form === 'budget' ? limit - account.settled - account.reserved : account.level);

/** A limit as its request sees it, given the account as it then stands. */
export const limitStatus = (bound: BoundLimit, account: LimitAccount, at: number): LimitStatus => {
  const { rule, key, amount, room } = bound;
  const waits = !room && rule.onExceeded === 'reject';
  return {
    limit: rule.rule,
    policy_id: rule.document.policy_id,
    key,
    ...amountsIn(rule, account),
    retry_after_ms: waits ? retryAfter(rule, bound.account, amount, at) : null,
  };
};

/** The same for a limit that is known only from an entry of the journal. */
export const entryStatus = (entry: LimitEntry, account: LimitAccount): LimitStatus => ({
  limit: entry.rule,
  policy_id: entry.policy_id,
  key: entry.key,
  ...amountsIn(entry, account),
  retry_after_ms: null,
});

const amountsIn = (of: Pick<LimitRule, 'limit'>, account: LimitAccount) => {
  const remaining = roomIn(of, account);
  const budget = account.form === 'budget';
  return {
    used: fromMicro(budget ? account.settled : of.limit - remaining),
    reserved: budget ? fromMicro(account.reserved) : 0,
    remaining: fromMicro(remaining),
  };
};

/** What the request did to the limit, for the journal. */
export const limitEntry = ({ rule, key, amount }: BoundLimit, account: LimitAccount): LimitEntry => ({
  policy_id: rule.document.policy_id,
  rule: rule.rule,
  key,
  measure: rule.measure,
  limit: rule.limit,
  amount,
  account,
});
