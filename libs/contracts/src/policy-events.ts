import type { Problem } from './codes.ts';
import type { Receipt } from './commit.ts';
import type { PolicyDocument } from './documents/envelope.ts';
import type { Enforcement } from './verdict.ts';

/** Who changed something, and why; `authorised_by` names the verdicts that let an agent do it itself. */
export interface Attribution {
  readonly actor: string;
  readonly reason: string;
  readonly authorised_by?: readonly Receipt[];
}

/** How a revision came about. */
export type SaveOperation = 'save' | 'rollback' | 'restore';

/** A revision of a policy as it is recorded. Times are ISO 8601 UTC with milliseconds. */
export interface PolicySaved extends Attribution {
  readonly policy_id: string;
  /** 1, 2, 3 … per id; goes on after a deletion. */
  readonly revision: number;
  /** `<milliseconds since 1970>_<first 12 hex digits of the hash>`: a label for people, never an order. */
  readonly version: string;
  readonly kind: string;
  readonly document: PolicyDocument;
  /** `sha256:` + hex over the document's RFC 8785 form. */
  readonly hash: string;
  readonly enforcement: Enforcement;
  readonly saved_at: string;
  readonly operation: SaveOperation;
  /** The revision that was rolled back to, or restored. */
  readonly from_revision?: number;
  /** What was said about the document when it was saved. */
  readonly warnings: readonly Problem[];
}

export interface PolicyDeleted extends Attribution {
  readonly policy_id: string;
  /** The last revision, which a restore brings back. */
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  readonly deleted_at: string;
  readonly warnings: readonly Problem[];
}

export interface PolicyEnforcementChanged extends Attribution {
  readonly policy_id: string;
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  readonly previous: Enforcement;
  readonly enforcement: Enforcement;
  readonly changed_at: string;
}

/** What holds in a workspace when no policy speaks about a request. */
export type Ungoverned = 'allow' | 'deny';

export interface WorkspaceChanged extends Attribution {
  readonly previous: Ungoverned;
  readonly ungoverned: Ungoverned;
  readonly changed_at: string;
}

/** The events of a workspace's policy journal. */
export type PolicyEvent =
  | { readonly type: 'policy.saved'; readonly data: PolicySaved }
  | { readonly type: 'policy.deleted'; readonly data: PolicyDeleted }
  | { readonly type: 'policy.enforcement_changed'; readonly data: PolicyEnforcementChanged }
  | { readonly type: 'workspace.changed'; readonly data: WorkspaceChanged };
