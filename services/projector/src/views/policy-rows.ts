import {
  Fault,
  type JournalEvent,
  type JournalName,
  type PolicyEvent,
  policyKey,
  policyRevisionKey,
  type Receipt,
} from '@edict/contracts';
import { evolvePolicies, initialPolicyState, type PolicyState, policyView } from '@edict/core';
import { foldAll } from './fold-all.ts';
import type { Row } from './rows.ts';
import type { Projection } from './view-sink.ts';

type Change = Parameters<typeof policyView>[0];
type RowOf = (ws: string, change: Change, receipt: Receipt) => Row;

/** A policy as it is now. The row of a deleted one is deleted, so that nobody takes it for a live one. */
export const latestRows = (): Projection =>
  policyProjection((ws, change, receipt) => ({
    key: policyKey(ws, change.saved.policy_id),
    receipt,
    text: () => (change.live ? rowText(change, receipt) : undefined),
  }));

/** Every revision of a policy as it was last enforced; of a deleted one too, and then it says so. */
export const historyRows = (): Projection =>
  policyProjection((ws, change, receipt) => ({
    key: policyRevisionKey(ws, change.saved.policy_id, change.saved.revision),
    receipt,
    text: () => rowText(change, receipt),
  }));

const rowText = (change: Change, receipt: Receipt): string =>
  JSON.stringify({ ...policyView(change), receipt });

const policyProjection = (rowOf: RowOf): Projection => {
  const states = new Map<JournalName, PolicyState>();
  return {
    fold: ({ journal, commit }) => {
      const state = states.get(journal) ?? initialPolicyState();
      states.set(journal, state);
      return foldAll(commit, state, (stored, place) => {
        const event = known(stored, journal);
        evolvePolicies(state, event, place);
        if (event.type === 'workspace.changed') return undefined;
        return rowOf(place.ws, changeOf(state, event.data.policy_id, place.receipt), place.receipt);
      });
    },
  };
};

const POLICY_EVENTS: ReadonlySet<string> = new Set<PolicyEvent['type']>([
  'policy.saved',
  'policy.deleted',
  'policy.enforcement_changed',
  'workspace.changed',
]);

const known = (event: JournalEvent, journal: JournalName): PolicyEvent => {
  if (POLICY_EVENTS.has(event.type)) return event as PolicyEvent;
  throw new Fault('JOURNAL_BROKEN', `${journal} has an event of the unknown type ${event.type}`);
};

/** What an event that was just folded made of its policy. */
const changeOf = (state: PolicyState, policyId: string, { journal, revision }: Receipt): Change => {
  const change = state.timelines.get(policyId)?.changes.last;
  if (change?.set_revision === revision) return change;
  throw new Fault('JOURNAL_BROKEN', `${journal}/${revision} changes ${policyId}, which was never saved`);
};
