import type { DocumentRef, Enforcement, PolicySaved, Ungoverned } from '@edict/contracts';
import type { Moment, PolicyState, Timeline, TimelineChange } from './policy-state.ts';
import type { UndoList } from './undo-list.ts';

/** A point in the history of a workspace's policies; the latest one when neither is given. */
export interface AsOf {
  readonly set_revision?: number | undefined;
  /** Milliseconds since 1970. */
  readonly at?: number | undefined;
}

/** A live policy at some point: what was saved, and how it was enforced then. */
export interface LivePolicy extends DocumentRef {
  readonly kind: string;
  readonly enforcement: Enforcement;
  readonly document: PolicySaved['document'];
}

/** The change of a policy that held at a point; `undefined` before its first one. */
export const changeAsOf = (timeline: Timeline, asOf: AsOf): TimelineChange | undefined =>
  lastOf(timeline.changes, asOf);

/** Every policy that was live at a point, ordered by id. */
export const liveChanges = (state: PolicyState, asOf: AsOf = {}): TimelineChange[] => {
  const live: TimelineChange[] = [];
  for (const timeline of state.timelines.values()) {
    const change = changeAsOf(timeline, asOf);
    if (change?.live) live.push(change);
  }
  return live.sort((a, b) => (a.saved.policy_id < b.saved.policy_id ? -1 : 1));
};

/** The documents that are live, or were at a point, ordered by id: what a set of policies is compiled from. */
export const policySetDocuments = (state: PolicyState, asOf: AsOf = {}): LivePolicy[] =>
  liveChanges(state, asOf).map(asLive);

/** One of them, as it is now; `undefined` when it is not live. */
export const policySetDocument = (state: PolicyState, id: string): LivePolicy | undefined => {
  const change = state.timelines.get(id)?.changes.last;
  return change?.live ? asLive(change) : undefined;
};

const asLive = ({ saved, enforcement }: TimelineChange): LivePolicy => ({
  policy_id: saved.policy_id,
  kind: saved.kind,
  revision: saved.revision,
  hash: saved.hash,
  enforcement,
  document: saved.document,
});

/** What holds when no policy speaks about a request; `deny` until the workspace says otherwise. */
export const ungovernedAt = (state: PolicyState, asOf: AsOf = {}): Ungoverned =>
  lastOf(state.settings, asOf)?.ungoverned ?? 'deny';

/** The revision of the set that held at a point; 0 before the first change. */
export const setRevisionAt = (state: PolicyState, asOf: AsOf = {}): number =>
  lastOf(state.moments, asOf)?.set_revision ?? 0;

const lastOf = <T extends Moment>(list: UndoList<T>, { set_revision, at }: AsOf): T | undefined => {
  if (set_revision === undefined && at === undefined) return list.last;
  return list.lastBefore(
    (moment) =>
      (set_revision !== undefined && moment.set_revision > set_revision) ||
      (at !== undefined && moment.at > at),
  );
};
