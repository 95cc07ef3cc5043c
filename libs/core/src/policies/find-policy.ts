import { isoTime, type PolicySaved, type Rejection } from '@edict/contracts';
import { changeAsOf } from './as-of.ts';
import { nearestSentence } from './nearest.ts';
import type { PolicyState, Timeline, TimelineChange } from './policy-state.ts';

interface Missing {
  readonly ok: false;
  readonly rejection: Rejection;
}
type Found<T> = { readonly ok: true; readonly value: T } | Missing;

const missing = (message: string, path: string, current_revision?: number): Missing => ({
  ok: false,
  rejection: {
    code: 'POLICY_NOT_FOUND',
    message,
    path,
    ...(current_revision === undefined ? {} : { current_revision }),
  },
});

/** The history of a policy that was saved at least once; otherwise the refusal names the closest ids. */
export const findTimeline = (state: PolicyState, policyId: string): Found<Timeline> => {
  const timeline = state.timelines.get(policyId);
  if (timeline?.changes.last !== undefined) return { ok: true, value: timeline };
  const ids = [...state.timelines.values()].map(({ policy_id }) => policy_id);
  return missing(`no policy ${policyId}: ${nearestSentence(policyId, ids, 'policy')}`, '/policy_id');
};

/** The live state of a policy; the refusal says when it was deleted and how to bring it back. */
export const findLive = (
  state: PolicyState,
  policyId: string,
): Found<{ readonly timeline: Timeline; readonly change: TimelineChange }> => {
  const found = findTimeline(state, policyId);
  if (!found.ok) return found;
  const change = changeAsOf(found.value, {});
  if (change === undefined) return missing(`no policy ${policyId}`, '/policy_id');
  return change.live ? { ok: true, value: { timeline: found.value, change } } : deleted(change);
};

/** The refusal for a policy that is not live at the point in question. */
export const deleted = ({ saved, at }: TimelineChange): Missing =>
  missing(
    `policy ${saved.policy_id} was deleted at ${isoTime(at)}; its last revision ${saved.revision} can be read by number, or brought back with restore`,
    '/policy_id',
  );

/** One revision of a policy; the refusal says which ones exist. */
export const findRevision = (timeline: Timeline, revision: number, path: string): Found<PolicySaved> => {
  const saved = timeline.revisions.at(revision - 1);
  if (saved !== undefined) return { ok: true, value: saved };
  const last = timeline.revisions.length;
  const exist = last === 1 ? 'only revision 1 exists' : `revisions 1 to ${last} exist`;
  return missing(`policy ${timeline.policy_id} has no revision ${revision}: ${exist}`, path, last);
};
