import type {
  JournalEvent,
  ProposalPayload,
  Receipt,
  Rejection,
  RequestRef,
  SessionEvent,
  SessionState,
  SignalEnvelope,
} from '@edict/contracts';

/** A message of a participant. `as` is the identity that the address bound, if it bound one. */
export interface SignalCommand {
  readonly kind: 'signal';
  readonly envelope: SignalEnvelope;
  readonly as?: string;
}

/** Starts the sealed session of an escalation. Internal: it never comes from an outside address. */
export interface StartSealedCommand {
  readonly kind: 'start-sealed';
  readonly session_id: string;
  /** The decision policy as it was saved; it is bound into the session. */
  readonly descriptor: unknown;
  /** The rule's approvers; the requester is left out of them here. */
  readonly roster: readonly string[];
  /** What the approvers read: one line, and the particulars as JSON text. */
  readonly proposal: Omit<ProposalPayload, 'proposal_id'>;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly request: RequestRef;
}

/** Ends the sealed session of an escalation whose verdict has closed otherwise. Internal, like its start. */
export interface CancelSealedCommand {
  readonly kind: 'cancel-sealed';
  readonly session_id: string;
  /** Why the verdict was closed. */
  readonly reason: { readonly code: string; readonly message: string };
}

/** Asked for by the owner's timer: ends a session whose deadline has passed. */
export interface ExpireSessionCommand {
  readonly kind: 'expire';
  readonly session_id: string;
}

export type SessionCommand = SignalCommand | StartSealedCommand | CancelSealedCommand | ExpireSessionCommand;

/** What a SessionStart depends on: the document that its `policy_version` named at that moment. Else nothing. */
export type SessionFacts = { readonly descriptor?: unknown } | undefined;

/** A refusal that says where the session stands, when there is one. */
export interface SessionRejection extends Rejection {
  readonly session_state?: SessionState;
}

export type SessionDecision =
  | { readonly ok: true; readonly events: readonly SessionEvent[]; readonly answer?: unknown }
  | { readonly ok: false; readonly rejection: SessionRejection };

/** The parts of a command's entry that a reply is made of. */
export interface RecordedSession {
  readonly entry: {
    readonly at: number;
    readonly command: SessionCommand;
    readonly events: readonly (SessionEvent | JournalEvent)[];
  };
  readonly receipt: Receipt;
}

export const recorded = (...events: readonly SessionEvent[]): SessionDecision => ({ ok: true, events });
export const answered = (answer: unknown): SessionDecision => ({ ok: true, events: [], answer });
export const refusing = (rejection: SessionRejection): SessionDecision => ({ ok: false, rejection });

/** Refusal of a breach of the mode's rules that is not about who sent it (macp §3.3). */
export const invalid = (path: string, message: string): SessionRejection => ({
  code: 'INVALID_ENVELOPE',
  path,
  message,
});
