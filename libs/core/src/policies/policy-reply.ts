import type { PolicyChangeReply, PolicyEvent, Receipt, WorkspaceChangeReply } from '@edict/contracts';

/** The reply to a change, from nothing but what was recorded: equal each time it is asked for. */
export const policyReply = (
  event: PolicyEvent,
  receipt: Receipt,
): PolicyChangeReply | WorkspaceChangeReply => {
  const set_revision = receipt.revision;
  switch (event.type) {
    case 'policy.saved': {
      const { policy_id, revision, version, hash, enforcement, warnings } = event.data;
      return { policy_id, revision, version, hash, enforcement, set_revision, warnings, receipt };
    }
    case 'policy.deleted': {
      const { policy_id, revision, version, hash, warnings } = event.data;
      return { policy_id, revision, version, hash, deleted: true, set_revision, warnings, receipt };
    }
    case 'policy.enforcement_changed': {
      const { policy_id, revision, version, hash, enforcement } = event.data;
      return { policy_id, revision, version, hash, enforcement, set_revision, warnings: [], receipt };
    }
    case 'workspace.changed':
      return { ungoverned: event.data.ungoverned, set_revision, warnings: [], receipt };
  }
};
