import type { Receipt } from './commit.ts';

export type Effect = 'allow' | 'deny' | 'escalate';
/** What a matching rule asks for; combined with deny > escalate > modify > log > allow. */
export type RuleEffect = 'deny' | 'escalate' | 'modify' | 'log' | 'allow';
export type Enforcement = 'enforce' | 'warn' | 'audit' | 'off';

/** Why a verdict is what it is: one matching rule. Reasons without a policy come from the engine itself. */
export interface Reason {
  readonly policy_id?: string;
  readonly revision?: number;
  readonly rule?: string;
  readonly code: string;
  readonly effect: RuleEffect;
  readonly message: string;
}

/** What a document in `warn` or `audit` would have done. */
export interface Warning extends Reason {
  readonly enforcement?: Enforcement;
}

export type Obligation =
  | {
      readonly type: 'approval';
      readonly decision_policy: string;
      readonly session_id: string;
      readonly approvers: readonly string[];
      readonly deadline: string;
    }
  | {
      readonly type: 'modify';
      readonly phase: 'after';
      readonly rule: string;
      readonly policy_id: string;
      readonly replace_with: unknown;
    }
  | { readonly type: 'withhold'; readonly phase: 'after'; readonly rule: string; readonly policy_id: string }
  | { readonly type: 'log'; readonly rule: string; readonly policy_id: string }
  | { readonly type: 'alert'; readonly limit: string; readonly policy_id: string }
  | { readonly type: 'downgrade'; readonly limit: string; readonly policy_id: string; readonly to: string };

/** A limit as this request sees it; amounts in the unit of the limit, not in millionths. */
export interface LimitStatus {
  readonly limit: string;
  readonly policy_id: string;
  readonly key: string;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number;
  readonly retry_after_ms: number | null;
}

export interface DocumentRef {
  readonly policy_id: string;
  readonly revision: number;
  readonly hash: string;
}

/** A verdict as it is recorded: the reply without its receipt. Times are ISO 8601 UTC with milliseconds. */
export interface Verdict {
  readonly request_id: string;
  readonly decision: boolean;
  readonly effect: Effect;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Warning[];
  readonly obligations: readonly Obligation[];
  readonly limits: readonly LimitStatus[];
  readonly reservation: { readonly id: string; readonly expires_at: string | null } | null;
  readonly policies: { readonly revision: number; readonly documents: readonly DocumentRef[] };
  /** How many reasons, warnings and documents were left out of the lists; absent when none were. */
  readonly omitted?: { readonly reasons: number; readonly warnings: number; readonly documents: number };
  readonly issued_at: string;
}

export type VerdictReply = Verdict & { readonly receipt: Receipt };
