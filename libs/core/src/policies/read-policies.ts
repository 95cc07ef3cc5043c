import {
  type DiffPolicy,
  type GetPolicy,
  isoTime,
  type ListPolicies,
  type PolicyChange,
  type PolicyDiff,
  type PolicyHistory,
  type PolicyHistoryReply,
  type PolicyList,
  type PolicySummary,
  type PolicyView,
  parseTime,
  type Rejection,
} from '@edict/contracts';
import { type AsOf, changeAsOf, liveChanges, setRevisionAt, ungovernedAt } from './as-of.ts';
import { diffDocuments } from './diff-documents.ts';
import { fillPage } from './fill-page.ts';
import { deleted, findRevision, findTimeline } from './find-policy.ts';
import { answer, type Case, type PolicyDecision, refuse } from './policy-decision.ts';
import { type PolicyState, setRevisionOf, type Timeline, type TimelineChange } from './policy-state.ts';

/** How many entries a page of a list or a history has when nobody says otherwise. */
const PAGE = 1000;

/** How much of a description a list shows. */
const DESCRIPTION = 200;

/** The latest state of a policy, one of its revisions, or what it was at a point in the past. */
export const readPolicy = ({ state, command }: Case<GetPolicy>): PolicyDecision => {
  const found = findTimeline(state, command.policy_id);
  if (!found.ok) return found;
  const { revision, at, set_revision } = command;
  if (revision === undefined) return readAsOf(found.value, state, command);
  if (at !== undefined || set_revision !== undefined) return refuse(tooManyPoints('/revision'));
  return readRevision(found.value, revision);
};

/** A revision as it was last enforced, of a deleted policy too. */
const readRevision = (timeline: Timeline, revision: number): PolicyDecision => {
  const saved = findRevision(timeline, revision, '/revision');
  if (!saved.ok) return saved;
  const last = timeline.changes.lastBefore((change) => change.saved.revision > revision);
  return answer(last === undefined ? saved.value : policyView(last));
};

const readAsOf = (timeline: Timeline, state: PolicyState, command: GetPolicy): PolicyDecision => {
  const point = pointOf(state, command);
  if (!point.ok) return refuse(point.rejection);
  const change = changeAsOf(timeline, point.asOf);
  if (change === undefined) return refuse(notYetSaved(timeline, command));
  return change.live ? answer(policyView(change)) : deleted(change);
};

const notYetSaved = ({ policy_id, changes }: Timeline, { at }: GetPolicy): Rejection => {
  const first = changes.at(0);
  const since =
    first === undefined
      ? ''
      : `: it was first saved at ${isoTime(first.at)}, in set revision ${first.set_revision}`;
  const message = `policy ${policy_id} did not exist yet at that point${since}`;
  return { code: 'POLICY_NOT_FOUND', message, path: at === undefined ? '/set_revision' : '/at' };
};

/** A policy with everything that the log added to its document: what `get` answers and the views hold. */
export const policyView = ({ saved, enforcement, set_revision, live }: TimelineChange): PolicyView => ({
  ...saved,
  enforcement,
  set_revision,
  ...(live ? {} : { deleted: true }),
});

/** The policies that are live, or were at a point in the past, ordered by id. */
export const listPolicies = ({ state, command }: Case<ListPolicies>): PolicyDecision => {
  const point = pointOf(state, command);
  if (!point.ok) return refuse(point.rejection);
  const { prefix = '', after, limit = PAGE } = command;
  const matching = liveChanges(state, point.asOf).filter(
    ({ saved: { policy_id } }) => policy_id.startsWith(prefix) && (after === undefined || policy_id > after),
  );
  const page = fillPage(matching, limit, summaryOf);
  const last = page.at(-1);
  const reply: PolicyList = {
    policies: page,
    set_revision: setRevisionAt(state, point.asOf),
    ungoverned: ungovernedAt(state, point.asOf),
    ...(matching.length > page.length && last !== undefined ? { next: last.policy_id } : {}),
  };
  return answer(reply);
};

const summaryOf = ({ saved, enforcement }: TimelineChange): PolicySummary => ({
  policy_id: saved.policy_id,
  kind: saved.kind,
  description: saved.document.description.slice(0, DESCRIPTION).toWellFormed(),
  revision: saved.revision,
  version: saved.version,
  hash: saved.hash,
  enforcement,
  saved_at: saved.saved_at,
  actor: saved.actor,
});

/** Every change of a policy, oldest first, deletions and changes of enforcement included. */
export const policyHistory = ({ state, command }: Case<PolicyHistory>): PolicyDecision => {
  const found = findTimeline(state, command.policy_id);
  if (!found.ok) return found;
  const { changes } = found.value;
  const { after = 0, limit = PAGE } = command;
  const page = fillPage(changes.slice(after, after + limit), limit, historyEntry);
  const end = after + page.length;
  const reply: PolicyHistoryReply = {
    policy_id: command.policy_id,
    deleted: changes.last?.live === false,
    history: page,
    ...(end < changes.length ? { next: end } : {}),
  };
  return answer(reply);
};

const historyEntry = (change: TimelineChange): PolicyChange => {
  const { saved, actor, reason, authorised_by } = change;
  const isSave = change.change === 'saved';
  return {
    change: change.change,
    at: isoTime(change.at),
    revision: saved.revision,
    version: saved.version,
    hash: saved.hash,
    enforcement: change.enforcement,
    ...(isSave ? { operation: saved.operation } : {}),
    ...(isSave && saved.from_revision !== undefined ? { from_revision: saved.from_revision } : {}),
    set_revision: change.set_revision,
    actor,
    reason,
    ...(authorised_by === undefined ? {} : { authorised_by }),
  };
};

/** What changed in a policy's document from one revision to another. */
export const diffPolicy = ({ state, command }: Case<DiffPolicy>): PolicyDecision => {
  const found = findTimeline(state, command.policy_id);
  if (!found.ok) return found;
  const a = findRevision(found.value, command.a, '/a');
  if (!a.ok) return a;
  const b = findRevision(found.value, command.b, '/b');
  if (!b.ok) return b;
  const { policy_id } = command;
  const all = diffDocuments(a.value.document, b.value.document);
  const changes = fillPage(all, all.length, (change) => change);
  const omitted = all.length - changes.length;
  const reply: PolicyDiff = {
    policy_id,
    a: command.a,
    b: command.b,
    changes,
    ...(omitted === 0 ? {} : { omitted }),
  };
  return answer(reply);
};

type Point =
  | { readonly ok: true; readonly asOf: AsOf }
  | { readonly ok: false; readonly rejection: Rejection };

const pointOf = (
  state: PolicyState,
  { at, set_revision }: { readonly at?: string | undefined; readonly set_revision?: number | undefined },
): Point => {
  if (at !== undefined && set_revision !== undefined) return refuse(tooManyPoints('/set_revision'));
  if (set_revision !== undefined && set_revision > setRevisionOf(state)) {
    const message = `set_revision is ${set_revision}; the workspace is at ${setRevisionOf(state)}`;
    return refuse({ code: 'REVISION_NOT_REACHED', message, path: '/set_revision' });
  }
  return { ok: true, asOf: { set_revision, at: at === undefined ? undefined : parseTime(at) } };
};

const tooManyPoints = (path: string): Rejection => ({
  code: 'BAD_REQUEST',
  message: 'revision, at and set_revision exclude each other; give one of them',
  path,
});
