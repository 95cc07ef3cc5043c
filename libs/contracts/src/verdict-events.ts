import * as z from 'zod';
import type { Receipt } from './commit.ts';
import type { DecisionRequest, OutcomeReport } from './decision-request.ts';
import type { Measure } from './documents/limits.ts';
import { Identifier } from './identifiers.ts';
import type { Effect, LimitStatus, Reason, Verdict } from './verdict.ts';

/** Which request an event or command is about: a request id is unique per workspace and subject. */
export const RequestRef = z.strictObject({
  subject: z.strictObject({ type: Identifier, id: Identifier }),
  request_id: Identifier,
});
export type RequestRef = z.infer<typeof RequestRef>;

/** A request whose id is settled: given, taken from a header, or made. */
export type IdentifiedRequest = DecisionRequest & { readonly request_id: string };

export interface DecideCommand {
  readonly kind: 'decide';
  readonly request: IdentifiedRequest;
  /** Whether conditions may rely on `subject.properties`: not when an agent speaks for itself. */
  readonly claims_trusted: boolean;
  /** The request's own JSON text, when it holds the request as it is; stored instead of a new text. */
  readonly raw?: string;
}

/** What a request holds of one limit: what it takes to give it back, without the account it was taken from. */
export interface HeldAmount {
  readonly policy_id: string;
  readonly rule: string;
  readonly key: string;
  readonly measure: Measure;
  /** The limit itself, in millionths. */
  readonly limit: number;
  /** What is held, in millionths. */
  readonly amount: number;
  /** When the budget's account was opened; `null` for a rate, which is never given back. */
  readonly opened: number | null;
}

/** A reservation as the journal knows it, whether or not it is still held. */
export interface RecordedReservation {
  readonly expires_at: number;
  readonly held: readonly HeldAmount[];
}

/** What was recorded about a request, as whoever reports its outcome found it. */
export interface RecordedVerdict {
  readonly receipt: Receipt;
  readonly effect: Effect;
  readonly set_revision: number;
  /** When it was recorded. Needed, and only held in memory, to know whether the request is forgotten. */
  readonly at?: number;
  /** Needed, and only held in memory, for an outcome after the expiry; the settlement that it leads to records it. */
  readonly reservation?: RecordedReservation;
  /** Needed, and only held in memory, to judge a value. */
  readonly request?: DecisionRequest;
  readonly claims_trusted?: boolean;
  /** Needed, and only held in memory, to report limits of which nothing is held. */
  readonly limits?: readonly LimitStatus[];
}

/** What the after rules made of a value; the value itself is never kept. */
export interface AfterJudgement {
  readonly effect: 'allow' | 'modify' | 'deny';
  readonly edits: readonly { readonly policy_id: string; readonly rule: string; readonly path: string }[];
  readonly reasons: readonly Reason[];
  /** SHA-256 of the RFC 8785 form of the value as it may be passed on; `null` when it is withheld. */
  readonly result_sha256: string | null;
  /** The set that the verdict was made under, and the one that was current: the stricter holds. */
  readonly verdict_set_revision: number;
  readonly set_revision: number;
  /** The time that conditions saw, in milliseconds since 1970. */
  readonly at: number;
}

export interface OutcomeCommand {
  readonly kind: 'outcome';
  readonly report: Omit<OutcomeReport, 'value'>;
  /** Only in memory; the journal holds its hash. */
  readonly value?: unknown;
  /** SHA-256 of the value's RFC 8785 form. */
  readonly value_sha256?: string;
  /** On replay, when the value is gone: what was recorded about it. */
  readonly judged?: AfterJudgement;
  readonly recorded?: RecordedVerdict;
}

/** A session's end, as it closes the verdict that waits for it. */
export const CloseVerdict = z.strictObject({
  kind: z.literal('close'),
  ...RequestRef.shape,
  session_id: Identifier,
  outcome: z.enum(['positive', 'negative', 'cancelled', 'expired'], {
    error: 'must be positive, negative, cancelled or expired',
  }),
  reasons: z.array(z.looseObject({ code: z.string(), message: z.string() })),
});
export type CloseCommand = z.infer<typeof CloseVerdict>;

/** A deadline of a request has passed: its reservation is settled, or its escalation closed. */
export interface ExpireCommand extends RequestRef {
  readonly kind: 'expire';
}

export type VerdictCommand = DecideCommand | OutcomeCommand | CloseCommand | ExpireCommand;

/** A budget's account in one window. Amounts are millionths; times milliseconds since 1970. */
export interface BudgetAccount {
  readonly form: 'budget';
  /** When the account was opened: tells the accounts of one limit in different windows apart. */
  readonly opened: number;
  /** When the window ends; `null` for a lifetime. */
  readonly ends: number | null;
  readonly settled: number;
  readonly reserved: number;
}

/** A rate's bucket as of a moment. Amounts are millionths. */
export interface RateAccount {
  readonly form: 'rate';
  readonly level: number;
  /** What refilling left over: parts of a millionth, in units of 1/period. */
  readonly rest: number;
  readonly at: number;
  readonly capacity: number;
  readonly period_ms: number;
}

export type LimitAccount = BudgetAccount | RateAccount;

/** What a request did to one limit, with the account as it stands afterwards. */
export interface LimitEntry {
  readonly policy_id: string;
  readonly rule: string;
  readonly key: string;
  readonly measure: Measure;
  /** The limit itself, in millionths. */
  readonly limit: number;
  /** What was charged, reserved, settled or released, in millionths. */
  readonly amount: number;
  /** The part of a settlement that lies above its reservation. */
  readonly overrun?: number;
  /** `null` when the window of the reservation is over, so that no account changes. */
  readonly account: LimitAccount | null;
}

/** Attempts were charged, and limits that only report have counted. */
export interface LimitCharged extends RequestRef {
  readonly entries: readonly LimitEntry[];
}

export interface LimitReserved extends RequestRef {
  readonly entries: readonly LimitEntry[];
  /** `work`: until the outcome or `expires_at`; `approval`: until the verdict closes; `none`: charged for good. */
  readonly hold: 'work' | 'approval' | 'none';
  readonly reserve_for_ms: number;
  readonly expires_at: number | null;
}

/** The end of a reservation. */
interface LimitEnded extends RequestRef {
  readonly entries: readonly LimitEntry[];
  /** Where the verdict lies, when it is so old that the memory of its id may be gone: this brings it back. */
  readonly verdict?: { readonly revision: number; readonly index: number };
}

export interface LimitSettled extends LimitEnded {
  /** `late`: an outcome after the expiry, which can only lower the charge. */
  readonly cause: 'outcome' | 'expired' | 'late';
  /** Of a late one: what it lowers, which nothing but the journal knows any more. */
  readonly reservation?: RecordedReservation;
}

export interface LimitReleased extends LimitEnded {
  readonly cause: 'cancelled' | 'denied';
}

/** One session of an escalation: one approval rule that has to be satisfied. */
export interface EscalationSession {
  readonly session_id: string;
  readonly decision_policy: string;
  readonly policy_revision: number;
  /** Who may vote: the rule's approvers without the requester, sorted. */
  readonly approvers: readonly string[];
  readonly within_ms: number;
  readonly deadline: number;
}

export interface EscalationOpened extends RequestRef {
  readonly sessions: readonly EscalationSession[];
  /** When the verdict closes by itself: the earliest deadline and some grace. */
  readonly closes_at: number;
}

/** One of several sessions ended positively; the others are still open. */
export interface EscalationApproved extends RequestRef {
  readonly session_id: string;
}

export interface VerdictClosed extends RequestRef {
  /** SHA-256 of the RFC 8785 form of subject, action, resource and context: what makes a repeat. */
  readonly fingerprint: string;
  readonly outcome: CloseCommand['outcome'] | 'withdrawn';
  readonly sessions: readonly string[];
  readonly request: IdentifiedRequest;
  readonly claims_trusted: boolean;
  readonly verdict: Verdict;
  /** What is held for the work, now that it may begin. */
  readonly reservation: RecordedReservation | null;
}

export interface OutcomeRecorded extends RequestRef {
  readonly outcome: OutcomeReport['outcome'];
  readonly cost?: number;
  readonly tokens?: number;
  readonly value_sha256?: string;
  readonly after?: AfterJudgement;
  /** Whether this outcome settled a reservation. */
  readonly settled: boolean;
  readonly effect: 'allow' | 'modify' | 'deny';
  readonly limits: readonly LimitStatus[];
}

/** The events of a verdict journal. */
export type VerdictEvent =
  | { readonly type: 'verdict.issued'; readonly data: Verdict }
  | { readonly type: 'verdict.closed'; readonly data: VerdictClosed }
  | { readonly type: 'limit.charged'; readonly data: LimitCharged }
  | { readonly type: 'limit.reserved'; readonly data: LimitReserved }
  | { readonly type: 'limit.settled'; readonly data: LimitSettled }
  | { readonly type: 'limit.released'; readonly data: LimitReleased }
  | { readonly type: 'escalation.opened'; readonly data: EscalationOpened }
  | { readonly type: 'escalation.approved'; readonly data: EscalationApproved }
  | { readonly type: 'outcome.recorded'; readonly data: OutcomeRecorded };
