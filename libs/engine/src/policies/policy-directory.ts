import { type Commit, Fault, type PolicyEvent } from '@edict/contracts';
import {
  builtInDecisionPolicy,
  changePolicySet,
  compilePolicySet,
  evolvePolicies,
  initialPolicyState,
  type LiveDocument,
  type PolicySet,
  type PolicyState,
  policySetDocument,
  policySetDocuments,
  ungovernedAt,
} from '@edict/core';
import type { Clock, CommittedEvent } from '@edict/journal';
import { createRevisionWaiters } from './revision-waiters.ts';

/** How many sets of the past stay compiled: verdicts of the last minutes are judged again under theirs. */
const KEPT_SETS = 64;

/** Told after a workspace's policies changed. */
export type PolicyListener = (change: { readonly ws: string; readonly revision: number }) => void;

/** Every workspace's policies as far as their journals were read, compiled when they are needed. */
export interface PolicyDirectory {
  /**
   * Takes the next commit of a workspace's policy journal; one that it already has changes nothing.
   * Throws a Fault `JOURNAL_BROKEN` on a gap and on an event that this build does not know.
   */
  apply(ws: string, commit: Commit): void;
  /** {@link apply} for events that a host in this process has stored; a commit's events come together. */
  applyEvents(ws: string, events: readonly CommittedEvent<PolicyEvent>[]): void;
  /** The last revision of a workspace's policies that was applied; 0 for a workspace without any. */
  revision(ws: string): number;
  /** The policies that hold now; the empty set, revision 0, for a workspace without any. */
  current(ws: string): PolicySet;
  /** The policies as they were at a revision; `undefined` when it has not been applied yet. */
  at(ws: string, revision: number): PolicySet | undefined;
  /** Whether a revision is applied within that many milliseconds. */
  waitFor(ws: string, revision: number, timeoutMs: number, clock: Clock): Promise<boolean>;
  /** A decision policy by id: one of the workspace that is enforced, or one that is built in. */
  decisionPolicy(ws: string, id: string): LiveDocument | undefined;
  /** A live document of the workspace by id, of any kind, however it is enforced. */
  live(ws: string, id: string): LiveDocument | undefined;
  /** A document as it was saved as a revision, live or not; revision 0 names one that is built in. */
  document(ws: string, id: string, revision: number): unknown;
  /** The workspaces that have policies. */
  workspaces(): string[];
  /** Calls back after each change; the result ends it. */
  onChange(listener: PolicyListener): () => void;
}

interface Workspace {
  readonly state: PolicyState;
  revision: number;
  /** The set compiled last; it may be older than the state. */
  compiled: PolicySet | undefined;
  /** The ids that changed since. */
  readonly changed: Set<string>;
}

const newWorkspace = (): Workspace => ({
  state: initialPolicyState(),
  revision: 0,
  compiled: undefined,
  changed: new Set(),
});

interface Change {
  readonly event: PolicyEvent;
  readonly at: number;
}

const EVENT_TYPES: ReadonlySet<string> = new Set<PolicyEvent['type']>([
  'policy.saved',
  'policy.deleted',
  'policy.enforcement_changed',
  'workspace.changed',
]);

/** A directory that knows of no policy yet. */
export const createPolicyDirectory = (): PolicyDirectory => {
  const workspaces = new Map<string, Workspace>();
  const past = createPastSets();
  const waiters = createRevisionWaiters();
  const listeners = new Set<PolicyListener>();

  const take = (ws: string, revision: number, changes: readonly Change[]): void => {
    const workspace = workspaces.get(ws) ?? newWorkspace();
    if (revision <= workspace.revision) return;
    assertNext(ws, revision, workspace.revision, changes);
    for (const { event, at } of changes) {
      evolvePolicies(workspace.state, event, { at, revision });
      if ('policy_id' in event.data) workspace.changed.add(event.data.policy_id);
    }
    workspace.revision = revision;
    workspaces.set(ws, workspace);
    waiters.reached(ws, revision);
    for (const listener of listeners) listener({ ws, revision });
  };

  const current = (ws: string): PolicySet => {
    const workspace = workspaces.get(ws);
    if (workspace === undefined) return past.get(ws, 0) ?? past.keep(compile(ws, undefined, 0));
    const { compiled, revision } = workspace;
    if (compiled?.revision === revision) return compiled;
    if (compiled !== undefined) past.keep(compiled);
    workspace.compiled =
      compiled === undefined ? compile(ws, workspace, revision) : next(compiled, workspace);
    workspace.changed.clear();
    return workspace.compiled;
  };

  const at = (ws: string, revision: number): PolicySet | undefined => {
    const workspace = workspaces.get(ws);
    const latest = workspace?.revision ?? 0;
    if (revision > latest) return undefined;
    if (revision === latest) return current(ws);
    return past.get(ws, revision) ?? past.keep(compile(ws, workspace, revision));
  };

  return {
    apply: (ws, commit) => take(ws, commit.revision, changesOf(commit)),
    applyEvents: (ws, events) => {
      const commits = Map.groupBy(events, ({ receipt }) => receipt.revision);
      for (const [revision, changes] of commits) take(ws, revision, changes);
    },
    revision: (ws) => workspaces.get(ws)?.revision ?? 0,
    current,
    at,
    waitFor: async (ws, revision, timeoutMs, clock) =>
      (workspaces.get(ws)?.revision ?? 0) >= revision || waiters.wait(ws, revision, timeoutMs, clock),
    decisionPolicy: (ws, id) => current(ws).decisionPolicy(id),
    live: (ws, id) => {
      const state = workspaces.get(ws)?.state;
      return state === undefined ? undefined : policySetDocument(state, id);
    },
    document: (ws, id, revision) =>
      revision === 0
        ? builtInDecisionPolicy(id)
        : workspaces
            .get(ws)
            ?.state.timelines.get(id)
            ?.revisions.at(revision - 1)?.document,
    workspaces: () => [...workspaces.keys()],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const changesOf = ({ entries }: Commit): Change[] =>
  entries.flatMap(({ at, events }) => events.map((event) => ({ event: event as PolicyEvent, at })));

/** Skipping what is missing or not understood could widen access, so it stops the journal instead. */
const assertNext = (ws: string, revision: number, applied: number, changes: readonly Change[]): void => {
  if (revision !== applied + 1) {
    throw new Fault('JOURNAL_BROKEN', `policies.${ws}/${applied + 1} is missing before revision ${revision}`);
  }
  const unknown = changes.find(({ event }) => !EVENT_TYPES.has(event.type));
  if (unknown === undefined) return;
  throw new Fault('JOURNAL_BROKEN', `policies.${ws}/${revision} has an unknown event ${unknown.event.type}`);
};

/** The policies as they are now, from the set compiled last and what changed since. */
const next = (compiled: PolicySet, { state, revision, changed }: Workspace): PolicySet =>
  changePolicySet(compiled, {
    revision,
    ungoverned: ungovernedAt(state),
    documents: new Map([...changed].map((id) => [id, policySetDocument(state, id)])),
  });

/** Compiles a workspace's policies of one revision; documents that did not change are taken over as they are. */
const compile = (ws: string, workspace: Workspace | undefined, revision: number): PolicySet => {
  const state = workspace?.state;
  const asOf = revision === workspace?.revision ? {} : { set_revision: revision };
  return compilePolicySet(
    {
      ws,
      revision,
      ungoverned: state === undefined ? 'deny' : ungovernedAt(state, asOf),
      documents: state === undefined ? [] : policySetDocuments(state, asOf),
    },
    workspace?.compiled,
  );
};

/** Sets that are not current; the one that was used longest ago makes room. */
const createPastSets = () => {
  const sets = new Map<string, PolicySet>();
  const keyOf = (ws: string, revision: number): string => `${ws}\u0000${revision}`;
  const keep = (set: PolicySet): PolicySet => {
    const key = keyOf(set.ws, set.revision);
    sets.delete(key);
    sets.set(key, set);
    for (const oldest of sets.keys()) {
      if (sets.size <= KEPT_SETS) break;
      sets.delete(oldest);
    }
    return set;
  };
  return {
    keep,
    get: (ws: string, revision: number): PolicySet | undefined => {
      const set = sets.get(keyOf(ws, revision));
      return set === undefined ? undefined : keep(set);
    },
  };
};
