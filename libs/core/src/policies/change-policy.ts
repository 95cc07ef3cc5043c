import {
  BOUNDS,
  boundProblems,
  type DeletePolicy,
  isoTime,
  type Problem,
  type SetEnforcement,
  type SetWorkspace,
} from '@edict/contracts';
import { referrersOf } from './approval-policies.ts';
import { ungovernedAt } from './as-of.ts';
import { findLive } from './find-policy.ts';
import {
  attributionOf,
  type Case,
  conflictOf,
  type PolicyDecision,
  record,
  refuse,
} from './policy-decision.ts';

/** Records a tombstone: the policy ends, its history stays, a later save goes on with the numbering. */
export const decideDelete = ({ state, command, at }: Case<DeletePolicy>): PolicyDecision => {
  const found = findLive(state, command.policy_id);
  if (!found.ok) return found;
  const { timeline, change } = found.value;
  const conflict = conflictOf(command.policy_id, command.expected_revision, timeline);
  if (conflict !== undefined) return refuse(conflict);
  const { policy_id, revision, version, hash, kind } = change.saved;
  const referrers = kind === 'decision' ? referrersOf(state, policy_id) : [];
  return record({
    type: 'policy.deleted',
    data: {
      policy_id,
      revision,
      version,
      hash,
      deleted_at: isoTime(at),
      ...attributionOf(command),
      warnings: boundProblems(
        referrers.map((id) => orphaned(id, policy_id)),
        BOUNDS.warnings,
      ),
    },
  });
};

/**
 * Records how a policy is enforced from now on. Recorded also when nothing changes: a repeat under the same
 * request id must find it, and never act again on what others set meanwhile.
 */
export const decideSetEnforcement = ({ state, command, at }: Case<SetEnforcement>): PolicyDecision => {
  const found = findLive(state, command.policy_id);
  if (!found.ok) return found;
  const { timeline, change } = found.value;
  const conflict = conflictOf(command.policy_id, command.expected_revision, timeline);
  if (conflict !== undefined) return refuse(conflict);
  const { policy_id, revision, version, hash } = change.saved;
  return record({
    type: 'policy.enforcement_changed',
    data: {
      policy_id,
      revision,
      version,
      hash,
      previous: change.enforcement,
      enforcement: command.enforcement,
      changed_at: isoTime(at),
      ...attributionOf(command),
    },
  });
};

/** Records what holds in the workspace when no policy speaks about a request. */
export const decideSetWorkspace = ({ state, command, at }: Case<SetWorkspace>): PolicyDecision =>
  record({
    type: 'workspace.changed',
    data: {
      previous: ungovernedAt(state),
      ungoverned: command.ungoverned,
      changed_at: isoTime(at),
      ...attributionOf(command),
    },
  });

const orphaned = (referrer: string, decisionPolicy: string): Problem => ({
  code: 'APPROVAL_POLICY_MISSING',
  path: '',
  message: `approvals of ${referrer} are decided by ${decisionPolicy}; until it is back, what they match is denied`,
});
