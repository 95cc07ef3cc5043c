import type { DecisionRequest, LimitAccount, LimitEntry, LimitStatus, Reason } from '@edict/contracts';
import { accountAt, hasRoom, retryAfter } from './account.ts';
import { fromMicro, statedAmount } from './amounts.ts';
import type { LimitRef } from './charge.ts';
import { limitKeyOf } from './limit-key.ts';
import type { LimitRule } from './limit-rule.ts';

/** A limit that applies to a request, with its account as it stands before the request. */
export interface BoundLimit {
  readonly rule: LimitRule;
  /** Who shares the limit, as a person reads it. */
  readonly key: string;
  readonly amount: number;
  readonly account: LimitAccount;
  readonly room: boolean;
  /** What the request does not say, though the limit insists on it. */
  readonly missing: string | undefined;
}

/** Where the accounts of limits are looked up, as they matter at a time. */
export interface Accounts {
  find(limit: LimitRef, key: string, at: number): LimitAccount | undefined;
}

export interface LimitInput {
  readonly request: DecisionRequest;
  readonly ws: string;
  readonly at: number;
  readonly claimsTrusted: boolean;
}

/** The limits that apply to a request, each with its account. */
export const bindLimits = (
  rules: readonly LimitRule[],
  input: LimitInput,
  accounts: Accounts,
): BoundLimit[] => rules.map((rule) => bindLimit(rule, input, accounts));

const bindLimit = (
  rule: LimitRule,
  { request, ws, at, claimsTrusted }: LimitInput,
  accounts: Accounts,
): BoundLimit => {
  const key = limitKeyOf(rule, request, ws, claimsTrusted);
  const stated = statedAmount(rule.measure, request);
  const amount = stated ?? 0;
  const limit = { ws, policy_id: rule.document.policy_id, rule: rule.rule };
  const account = accountAt(rule, accounts.find(limit, key.text, at), at);
  const unsaid = key.missing ?? (stated === undefined ? `context.${rule.measure}` : undefined);
  return {
    rule,
    key: key.text,
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
  const left = fromMicro(roomIn(rule.limit, account));
  return `The limit ${rule.rule} of ${key} has ${left} of ${fromMicro(rule.limit)} ${rule.measure} left; the request needs ${fromMicro(amount)}.`;
};

const roomIn = (limit: number, account: LimitAccount): number =>
  Math.max(0, account.form === 'budget' ? limit - account.settled - account.reserved : account.level);

/** A limit as its request sees it, given the account as it then stands. */
export const limitStatus = (bound: BoundLimit, account: LimitAccount, at: number): LimitStatus => {
  const { rule, key, amount, room } = bound;
  const waits = !room && rule.onExceeded === 'reject';
  const { policy_id } = rule.document;
  const named = { policy_id, rule: rule.rule, key, limit: rule.limit };
  return statusOf(named, account, waits ? retryAfter(rule, bound.account, amount, at) : null);
};

/** A limit in figures, as its account stands. */
export const statusOf = (
  { policy_id, rule, key, limit }: Pick<LimitEntry, 'policy_id' | 'rule' | 'key' | 'limit'>,
  account: LimitAccount,
  retry_after_ms: number | null = null,
): LimitStatus => {
  const remaining = roomIn(limit, account);
  const budget = account.form === 'budget';
  return {
    limit: rule,
    policy_id,
    key,
    used: fromMicro(budget ? account.settled : limit - remaining),
    reserved: budget ? fromMicro(account.reserved) : 0,
    remaining: fromMicro(remaining),
    retry_after_ms,
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
