import type {
  Enforcement,
  PolicyChangeReply,
  PolicyDiff,
  PolicyHistoryReply,
  PolicyList,
  PolicyView,
  Ungoverned,
  WorkspaceChangeReply,
} from '@edict/contracts';
import type { Reply } from './replies.ts';

/** Who writes, why, and what makes a repeat of the write harmless. */
export interface WriteOptions {
  readonly actor?: string;
  readonly reason?: string;
  readonly requestId?: string;
  /** Refused with `REVISION_CONFLICT` unless the policy's latest revision is this one; 0: it must not exist. */
  readonly expectedRevision?: number;
}

export interface SaveOptions extends WriteOptions {
  /** Absent: as it was, `enforce` for a new policy. */
  readonly enforcement?: Enforcement;
}

/** The policy verbs of a workspace. Every promise resolves: what went wrong is in `error`. */
export interface PoliciesClient {
  save(document: unknown, options?: SaveOptions): Promise<Reply<PolicyChangeReply>>;
  delete(policyId: string, options?: WriteOptions): Promise<Reply<PolicyChangeReply>>;
  restore(policyId: string, options?: SaveOptions): Promise<Reply<PolicyChangeReply>>;
  rollback(policyId: string, revision: number, options?: SaveOptions): Promise<Reply<PolicyChangeReply>>;
  setEnforcement(
    policyId: string,
    enforcement: Enforcement,
    options?: WriteOptions,
  ): Promise<Reply<PolicyChangeReply>>;
  setWorkspace(
    settings: { readonly ungoverned: Ungoverned },
    options?: Omit<WriteOptions, 'expectedRevision'>,
  ): Promise<Reply<WorkspaceChangeReply>>;
  /** The latest revision, or the one named, or the one that was live at an ISO time. */
  get(
    policyId: string,
    which?: { readonly revision?: number | undefined; readonly at?: string | undefined },
  ): Promise<Reply<PolicyView>>;
  /** Every live policy whose id begins with the prefix; long lists are fetched page by page. */
  list(prefix?: string): Promise<Reply<PolicyList>>;
  /** Every change of a policy, oldest first; long histories are fetched page by page. */
  history(policyId: string): Promise<Reply<PolicyHistoryReply>>;
  diff(policyId: string, a: number, b: number): Promise<Reply<PolicyDiff>>;
}

type Send = <T>(message: Readonly<Record<string, unknown>>) => Promise<Reply<T>>;

/** The verbs as messages; `send` is the only thing that knows the bus. */
export const createPoliciesClient = (send: Send): PoliciesClient => {
  const write = <T>(op: string, fields: Readonly<Record<string, unknown>>, options?: SaveOptions) =>
    send<T>(
      withoutUndefined({
        op,
        enforcement: options?.enforcement,
        ...fields,
        expected_revision: options?.expectedRevision,
        actor: options?.actor,
        reason: options?.reason,
        request_id: options?.requestId,
      }),
    );
  return {
    save: (document, options) => write('save', { document }, options),
    delete: (policy_id, options) => write('delete', { policy_id }, options),
    restore: (policy_id, options) => write('restore', { policy_id }, options),
    rollback: (policy_id, revision, options) => write('rollback', { policy_id, revision }, options),
    setEnforcement: (policy_id, enforcement, options) =>
      write('set_enforcement', { policy_id, enforcement }, options),
    setWorkspace: (settings, options) => write('set_workspace', settings, options),
    get: (policy_id, which) => send(withoutUndefined({ op: 'get', policy_id, ...which })),
    list: (prefix) => listAll(send, prefix),
    history: (policyId) => wholeHistory(send, policyId),
    diff: (policy_id, a, b) => send({ op: 'diff', policy_id, a, b }),
  };
};

const listAll = async (send: Send, prefix: string | undefined): Promise<Reply<PolicyList>> => {
  const policies: PolicyList['policies'][number][] = [];
  let after: string | undefined;
  for (;;) {
    const page = await send<PolicyList>(withoutUndefined({ op: 'list', prefix, after }));
    if (page.error !== undefined) return page;
    for (const policy of page.policies) policies.push(policy);
    after = page.next;
    if (after === undefined) return { ...page, policies };
  }
};

const wholeHistory = async (send: Send, policy_id: string): Promise<Reply<PolicyHistoryReply>> => {
  const history: PolicyHistoryReply['history'][number][] = [];
  let after: number | undefined;
  for (;;) {
    const page = await send<PolicyHistoryReply>(withoutUndefined({ op: 'history', policy_id, after }));
    if (page.error !== undefined) return page;
    for (const change of page.history) history.push(change);
    after = page.next;
    if (after === undefined) return { ...page, history };
  }
};

const withoutUndefined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
