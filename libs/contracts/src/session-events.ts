import type { CommitmentPayload, ProposalPayload } from './signal-payloads.ts';
import type { RequestRef } from './verdict-events.ts';

/** A stable code, one sentence, and the numbers behind it (macp §2.10). */
export type DecisionReason = {
  readonly code: string;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** A session began. The whole descriptor is bound here and never looked up again. Times are milliseconds since 1970. */
export interface SessionStarted {
  readonly session_id: string;
  /** `null` when the host started it, for an escalation. */
  readonly message_id: string | null;
  readonly initiator: string;
  readonly mode: string;
  readonly mode_version: string;
  readonly configuration_version: string;
  readonly participants: readonly string[];
  readonly policy_id: string;
  /** The descriptor as it was saved, annotations included. */
  readonly policy: unknown;
  readonly intent: string;
  readonly context_id: string;
  readonly roots: readonly unknown[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly started_at: number;
  readonly deadline: number;
  readonly max_suspend_ms: number;
  /** Only in a sealed session: the request, and its one proposal. */
  readonly request?: RequestRef;
  readonly proposal?: ProposalPayload;
}

/** A Proposal, Evaluation, Objection or Vote became part of the session. */
export interface SignalAccepted {
  readonly session_id: string;
  readonly message_id: string;
  readonly message_type: 'Proposal' | 'Evaluation' | 'Objection' | 'Vote';
  readonly sender: string;
  readonly timestamp_unix_ms: number;
  /** With its defaults filled in. */
  readonly payload: unknown;
}

/** The policy refused a commitment; the session is as before and the message id is unused. */
export interface CommitmentRefused {
  readonly session_id: string;
  readonly message_id: string;
  readonly sender: string;
  readonly commitment: CommitmentPayload;
  readonly reasons: readonly DecisionReason[];
}

export interface SessionResolved {
  readonly session_id: string;
  /** `null` when the host committed. */
  readonly message_id: string | null;
  readonly sender: string;
  readonly resolution: CommitmentPayload;
  /** Why the policy allowed it, or, for a decline by the host, why it would not allow the request. */
  readonly reasons: readonly DecisionReason[];
  readonly request?: RequestRef;
}

export interface SessionCancelled {
  readonly session_id: string;
  readonly message_id: string | null;
  readonly sender: string;
  /** `OUTCOME_IMPOSSIBLE` when the host ended a session that could not end otherwise, else `CANCELLED`. */
  readonly code: 'CANCELLED' | 'OUTCOME_IMPOSSIBLE';
  readonly reason: string;
  readonly reasons: readonly DecisionReason[];
  readonly request?: RequestRef;
}

export interface SessionExpired {
  readonly session_id: string;
  /** The moment that passed: the deadline, or the end of what suspension was allowed. */
  readonly deadline: number;
  readonly request?: RequestRef;
}

export interface SessionSuspended {
  readonly session_id: string;
  readonly message_id: string;
  readonly sender: string;
  readonly reason: string;
  readonly remaining_ms: number;
  /** When the session expires unless it is resumed. */
  readonly until: number;
}

export interface SessionResumed {
  readonly session_id: string;
  readonly message_id: string;
  readonly sender: string;
  readonly reason: string;
  readonly deadline: number;
  readonly suspended_ms: number;
}

export type SessionEvent =
  | { readonly type: 'session.started'; readonly data: SessionStarted }
  | { readonly type: 'signal.accepted'; readonly data: SignalAccepted }
  | { readonly type: 'commitment.refused'; readonly data: CommitmentRefused }
  | { readonly type: 'session.resolved'; readonly data: SessionResolved }
  | { readonly type: 'session.cancelled'; readonly data: SessionCancelled }
  | { readonly type: 'session.expired'; readonly data: SessionExpired }
  | { readonly type: 'session.suspended'; readonly data: SessionSuspended }
  | { readonly type: 'session.resumed'; readonly data: SessionResumed };
