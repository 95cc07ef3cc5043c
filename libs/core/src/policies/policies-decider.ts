import type { PolicyCommand, PolicyEvent, Receipt, Rejection } from '@edict/contracts';
import { decideDelete, decideSetEnforcement, decideSetWorkspace } from './change-policy.ts';
import { evolvePolicies } from './evolve.ts';
import type { Case, PolicyDecision } from './policy-decision.ts';
import { policyCommandKey, reusedId, storedCommand } from './policy-repeats.ts';
import { policyReply } from './policy-reply.ts';
import { initialPolicyState, type PolicyState } from './policy-state.ts';
import { diffPolicy, listPolicies, policyHistory, readPolicy } from './read-policies.ts';
import { decideRestore, decideRollback, decideSave } from './save-policy.ts';

interface Place {
  readonly ws: string;
  readonly at: number;
  readonly revision: number;
  readonly index: number;
  readonly command: unknown;
}

interface RecordedPolicy {
  readonly entry: { readonly command: PolicyCommand };
  readonly event: PolicyEvent;
  readonly receipt: Receipt;
}

/**
 * The rules of a workspace's policy journal: what may be saved, how history grows, what questions are answered.
 * Pure; a change becomes one event, a question none. Fits the host's Decider interface.
 */
export const policiesDecider = {
  semantics: 2,
  initialState: initialPolicyState,
  decide: (
    { command, at }: { readonly command: PolicyCommand; readonly ws: string; readonly at: number },
    state: PolicyState,
  ): PolicyDecision => decide(command, state, at),
  evolve: (state: PolicyState, event: PolicyEvent, place: Place): void => evolvePolicies(state, event, place),
  key: policyCommandKey,
  about: (_event: PolicyEvent, { command, ws }: Place) => {
    const key = policyCommandKey(command as PolicyCommand, ws);
    return key === undefined ? [] : [{ key, answers: true }];
  },
  reply: ({ event, receipt }: RecordedPolicy): string => JSON.stringify(policyReply(event, receipt)),
  repeats: (command: PolicyCommand, { entry }: RecordedPolicy): Rejection | undefined =>
    reusedId(command, entry.command),
  nextDeadline: (_state: PolicyState): undefined => undefined,
  due: (_state: PolicyState, _now: number): readonly [] => [],
  encode: (command: PolicyCommand): string => JSON.stringify(storedCommand(command)),
} as const;

const decide = (command: PolicyCommand, state: PolicyState, at: number): PolicyDecision => {
  const caseOf = <C>(narrowed: C): Case<C> => ({ state, command: narrowed, at });
  switch (command.op) {
    case 'save':
      return decideSave(caseOf(command));
    case 'delete':
      return decideDelete(caseOf(command));
    case 'restore':
      return decideRestore(caseOf(command));
    case 'rollback':
      return decideRollback(caseOf(command));
    case 'set_enforcement':
      return decideSetEnforcement(caseOf(command));
    case 'set_workspace':
      return decideSetWorkspace(caseOf(command));
    case 'get':
      return readPolicy(caseOf(command));
    case 'list':
      return listPolicies(caseOf(command));
    case 'history':
      return policyHistory(caseOf(command));
    case 'diff':
      return diffPolicy(caseOf(command));
  }
};
