import type { PolicyDeleted, PolicyEnforcementChanged, PolicySaved } from '@edict/contracts';
import type { Evidence, Fields } from './evidence.ts';

/** A policy as it stood from a revision of its workspace's set on. */
export interface PolicyState {
  readonly since: number;
  readonly revision: number;
  readonly hash: string;
  readonly enforcement: string;
  readonly kind: string;
  readonly document: Fields;
  readonly deleted: boolean;
}

/** What the policy journals say about the policies of each moment. */
export interface PolicyBooks {
  /** A policy as it stood under a set revision; `undefined` when it did not exist yet. */
  at(ws: string, policyId: string, setRevision: number): PolicyState | undefined;
  /** The policies of a kind that were in force under a set revision. */
  inForce(
    ws: string,
    kind: string,
    setRevision: number,
  ): readonly (PolicyState & { readonly policyId: string })[];
  /** The last set revision of a workspace. */
  last(ws: string): number;
}

export const readPolicies = (evidence: Evidence): PolicyBooks => {
  const books = new Map<string, Map<string, PolicyState[]>>();
  const lasts = new Map<string, number>();
  for (const { ws, type, data, revision: since } of evidence.of('policies')) {
    lasts.set(ws, since);
    const workspace = books.get(ws) ?? new Map<string, PolicyState[]>();
    books.set(ws, workspace);
    const { policy_id } = data as { readonly policy_id?: string };
    if (policy_id === undefined) continue;
    const states = workspace.get(policy_id) ?? [];
    workspace.set(policy_id, states);
    const next = stateAfter(states.at(-1), type, data, since);
    if (next !== undefined) states.push(next);
  }
  const at: PolicyBooks['at'] = (ws, policyId, setRevision) =>
    books
      .get(ws)
      ?.get(policyId)
      ?.findLast(({ since }) => since <= setRevision);
  return {
    at,
    inForce: (ws, kind, setRevision) =>
      [...(books.get(ws)?.keys() ?? [])].flatMap((policyId) => {
        const state = at(ws, policyId, setRevision);
        const holds = state?.kind === kind && state.enforcement === 'enforce' && !state.deleted;
        return holds ? [{ ...state, policyId }] : [];
      }),
    last: (ws) => lasts.get(ws) ?? 0,
  };
};

const stateAfter = (
  before: PolicyState | undefined,
  type: string,
  data: unknown,
  since: number,
): PolicyState | undefined => {
  switch (type) {
    case 'policy.saved': {
      const { revision, hash, enforcement, kind, document } = data as PolicySaved;
      return { since, revision, hash, enforcement, kind, document: { ...document }, deleted: false };
    }
    case 'policy.deleted': {
      const { hash } = data as PolicyDeleted;
      return before && { ...before, since, hash, deleted: true };
    }
    case 'policy.enforcement_changed': {
      const { enforcement } = data as PolicyEnforcementChanged;
      return before && { ...before, since, enforcement };
    }
    default:
      return undefined;
  }
};
