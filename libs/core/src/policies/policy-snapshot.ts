import { ungovernedAt } from './as-of.ts';
import { canonicalText } from './canonical-text.ts';
import { type PolicyState, setRevisionOf } from './policy-state.ts';

/** The whole state as plain JSON, ordered by id: equal for equal histories, however they were folded. */
export const policySnapshot = (state: PolicyState) => ({
  set_revision: setRevisionOf(state),
  ungoverned: ungovernedAt(state),
  settings: state.settings.slice(0, state.settings.length),
  policies: [...state.timelines.values()]
    .filter(({ changes }) => changes.length > 0)
    .sort((a, b) => (a.policy_id < b.policy_id ? -1 : 1))
    .map(({ policy_id, revisions, changes }) => ({
      policy_id,
      revisions: revisions.slice(0, revisions.length),
      changes: changes.slice(0, changes.length).map(({ saved, ...change }) => ({
        ...change,
        revision: saved.revision,
      })),
    })),
});

/** The snapshot's RFC 8785 form, to compare or to hash. */
export const policySnapshotText = (state: PolicyState): string => canonicalText(policySnapshot(state));
