import * as z from 'zod';
import { Receipt } from './commit.ts';
import type { PolicyDocument } from './documents/envelope.ts';
import { Problem } from './error-reply.ts';
import { Enforcement } from './verdict.ts';

const text = z.string();
const revision = z.int().min(1);
const set_revision = z.int().min(0);
const Ungoverned = z.enum(['allow', 'deny']);
const SaveOperation = z.enum(['save', 'rollback', 'restore']);
const warnings = z.array(Problem).readonly();
const version = text.describe(
  'Milliseconds since 1970 and the start of the hash: a label for people, never an order',
);
const hash = text.describe('sha256: and hex, over the RFC 8785 form of the document');
const named = { policy_id: text, revision, version, hash };
const attribution = { actor: text, reason: text, authorised_by: z.array(Receipt).readonly().exactOptional() };

/** The reply to a change of a policy (contract §4). */
export const PolicyChangeReply = z
  .object({
    ...named,
    /** Absent after a deletion. */
    enforcement: Enforcement.exactOptional(),
    /** Present, and true, after a deletion. */
    deleted: z.literal(true).exactOptional(),
    /** The revision of the workspace's set of policies that holds this change. */
    set_revision,
    warnings,
    receipt: Receipt,
  })
  .readonly();
export type PolicyChangeReply = z.infer<typeof PolicyChangeReply>;

/** The reply to a change of the workspace's settings. */
export const WorkspaceChangeReply = z
  .object({ ungoverned: Ungoverned, set_revision, warnings, receipt: Receipt })
  .readonly();
export type WorkspaceChangeReply = z.infer<typeof WorkspaceChangeReply>;

const document = z.custom<PolicyDocument>().meta({ description: 'The document as it was accepted' });

/** A revision with everything that the log added to its document: the reply to `get`, and a row of the views. */
export const PolicyView = z
  .object({
    ...named,
    kind: text,
    document,
    enforcement: Enforcement,
    saved_at: z.iso.datetime(),
    operation: SaveOperation,
    /** The revision that was rolled back to, or restored. */
    from_revision: revision.exactOptional(),
    warnings,
    ...attribution,
    /** The revision of the set since which it has been as shown. */
    set_revision,
    /** Present, and true, when it was deleted and is only kept as evidence. */
    deleted: z.literal(true).exactOptional(),
  })
  .readonly();
export type PolicyView = z.infer<typeof PolicyView>;

/** A policy in a list: everything but the document. */
const PolicySummary = z
  .object({
    ...named,
    kind: text,
    /** The first 200 characters of it. */
    description: text,
    enforcement: Enforcement,
    saved_at: z.iso.datetime(),
    actor: text,
  })
  .readonly();
export type PolicySummary = z.infer<typeof PolicySummary>;

/** The reply to `list`: the live policies, ordered by id. */
export const PolicyList = z
  .object({
    policies: z.array(PolicySummary).readonly(),
    set_revision,
    ungoverned: Ungoverned,
    /** Send it as `after` for the next page; absent on the last one. */
    next: text.exactOptional(),
  })
  .readonly();
export type PolicyList = z.infer<typeof PolicyList>;

/** One change in the life of a policy. */
const PolicyChange = z
  .object({
    change: z.enum(['saved', 'enforcement_changed', 'deleted']),
    at: z.iso.datetime(),
    revision,
    version,
    hash,
    enforcement: Enforcement,
    operation: SaveOperation.exactOptional(),
    from_revision: revision.exactOptional(),
    ...attribution,
    set_revision,
  })
  .readonly();
export type PolicyChange = z.infer<typeof PolicyChange>;

/** The reply to `history`: every change, oldest first; deletions are kept. */
export const PolicyHistoryReply = z
  .object({
    policy_id: text,
    deleted: z.boolean(),
    history: z.array(PolicyChange).readonly(),
    /** Send it as `after` for the next page; absent on the last one. */
    next: z.int().min(0).exactOptional(),
  })
  .readonly();
export type PolicyHistoryReply = z.infer<typeof PolicyHistoryReply>;

/** One difference between two documents, with a JSON pointer; applied in order they turn one into the other. */
const DocumentChange = z
  .object({
    op: z.enum(['add', 'remove', 'replace']),
    path: text,
    from: z.unknown().optional(),
    to: z.unknown().optional(),
  })
  .readonly();
export type DocumentChange = z.infer<typeof DocumentChange>;

/** The reply to `diff`. */
export const PolicyDiff = z
  .object({
    policy_id: text,
    a: revision,
    b: revision,
    changes: z.array(DocumentChange).readonly(),
    /** How many changes at the end did not fit into the reply; absent when all did. */
    omitted: revision.exactOptional(),
  })
  .readonly();
export type PolicyDiff = z.infer<typeof PolicyDiff>;
