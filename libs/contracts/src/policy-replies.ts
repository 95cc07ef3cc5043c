import type { Problem } from './codes.ts';
import type { Receipt } from './commit.ts';
import type { Attribution, PolicySaved, SaveOperation, Ungoverned } from './policy-events.ts';
import type { Enforcement } from './verdict.ts';

/** The reply to a change of a policy (contract §4). */
export interface PolicyChangeReply {
  readonly policy_id: string;
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  /** Absent after a deletion. */
  readonly enforcement?: Enforcement;
  /** Present, and true, after a deletion. */
  readonly deleted?: true;
  /** The revision of the workspace's set of policies that holds this change. */
  readonly set_revision: number;
  readonly warnings: readonly Problem[];
  readonly receipt: Receipt;
}

/** The reply to a change of the workspace's settings. */
export interface WorkspaceChangeReply {
  readonly ungoverned: Ungoverned;
  readonly set_revision: number;
  readonly warnings: readonly Problem[];
  readonly receipt: Receipt;
}

/** A revision with everything that the log added to its document: the reply to `get`, and a row of the views. */
export interface PolicyView extends PolicySaved {
  /** The revision of the set since which it has been as shown. */
  readonly set_revision: number;
  /** Present, and true, when it was deleted and is only kept as evidence. */
  readonly deleted?: true;
}

/** A policy in a list: everything but the document. */
export interface PolicySummary {
  readonly policy_id: string;
  readonly kind: string;
  /** The first 200 characters of it. */
  readonly description: string;
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  readonly enforcement: Enforcement;
  readonly saved_at: string;
  readonly actor: string;
}

/** The reply to `list`: the live policies, ordered by id. */
export interface PolicyList {
  readonly policies: readonly PolicySummary[];
  readonly set_revision: number;
  readonly ungoverned: Ungoverned;
  /** Send it as `after` for the next page; absent on the last one. */
  readonly next?: string;
}

/** One change in the life of a policy. */
export interface PolicyChange extends Attribution {
  readonly change: 'saved' | 'enforcement_changed' | 'deleted';
  readonly at: string;
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  readonly enforcement: Enforcement;
  readonly operation?: SaveOperation;
  readonly from_revision?: number;
  readonly set_revision: number;
}

/** The reply to `history`: every change, oldest first; deletions are kept. */
export interface PolicyHistoryReply {
  readonly policy_id: string;
  readonly deleted: boolean;
  readonly history: readonly PolicyChange[];
  /** Send it as `after` for the next page; absent on the last one. */
  readonly next?: number;
}

/** One difference between two documents, with a JSON pointer; applied in order they turn one into the other. */
export interface DocumentChange {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The reply to `diff`. */
export interface PolicyDiff {
  readonly policy_id: string;
  readonly a: number;
  readonly b: number;
  readonly changes: readonly DocumentChange[];
  /** How many changes at the end did not fit into the reply; absent when all did. */
  readonly omitted?: number;
}
