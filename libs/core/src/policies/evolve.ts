import type { Attribution, Enforcement, PolicyEvent, PolicySaved } from '@edict/contracts';
import { frozenCopy } from './frozen-copy.ts';
import type { Moment, PolicyState, Timeline } from './policy-state.ts';
import { UndoList } from './undo-list.ts';

/** Folds an event into the state. It never judges; events of types that it does not know change nothing. */
export const evolvePolicies = (
  state: PolicyState,
  event: PolicyEvent,
  place: { readonly revision: number; readonly at: number },
): void => {
  const moment: Moment = { set_revision: place.revision, at: place.at };
  state.moments.push(moment);
  switch (event.type) {
    case 'policy.saved':
      foldSaved(state, event.data, moment);
      break;
    case 'policy.deleted':
      foldChange(state, event.data, moment, 'deleted');
      break;
    case 'policy.enforcement_changed':
      foldChange(state, event.data, moment, 'enforcement_changed', event.data.enforcement);
      break;
    case 'workspace.changed':
      state.settings.push({ ...moment, ...attribution(event.data), ungoverned: event.data.ungoverned });
      break;
  }
};

const foldSaved = (state: PolicyState, data: PolicySaved, moment: Moment): void => {
  const timeline = timelineOf(state, data.policy_id);
  const saved = Object.freeze({ ...data, document: documentOf(data, timeline) });
  timeline.revisions.push(saved);
  timeline.changes.push({
    ...moment,
    ...attribution(data),
    change: 'saved',
    saved,
    enforcement: data.enforcement,
    live: true,
  });
};

/** A revision that repeats an older one shares its document; any other is kept as a copy that nobody can change. */
const documentOf = (data: PolicySaved, timeline: Timeline): PolicySaved['document'] => {
  const origin = data.from_revision === undefined ? undefined : timeline.revisions.at(data.from_revision - 1);
  if (origin !== undefined && origin.hash === data.hash) return origin.document;
  if (Object.isFrozen(data.document)) return data.document;
  const copied = frozenCopy(data.document);
  return copied.ok ? (copied.value as PolicySaved['document']) : data.document;
};

const foldChange = (
  state: PolicyState,
  data: Attribution & { readonly policy_id: string; readonly revision: number },
  moment: Moment,
  change: 'deleted' | 'enforcement_changed',
  enforcement?: Enforcement,
): void => {
  const timeline = timelineOf(state, data.policy_id);
  const saved = timeline.revisions.at(data.revision - 1);
  if (saved === undefined) return;
  timeline.changes.push({
    ...moment,
    ...attribution(data),
    change,
    saved,
    enforcement: enforcement ?? timeline.changes.last?.enforcement ?? saved.enforcement,
    live: change !== 'deleted',
  });
};

const timelineOf = (state: PolicyState, policy_id: string): Timeline => {
  const known = state.timelines.get(policy_id);
  if (known !== undefined) return known;
  const timeline: Timeline = {
    policy_id,
    revisions: new UndoList(state.log),
    changes: new UndoList(state.log),
  };
  state.timelines.set(policy_id, timeline);
  return timeline;
};

const attribution = ({ actor, reason, authorised_by }: Attribution): Attribution =>
  authorised_by === undefined ? { actor, reason } : { actor, reason, authorised_by };
