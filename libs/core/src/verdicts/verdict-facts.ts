import type { Rejection, VerdictEvent } from '@edict/contracts';
import type { PolicySet } from '../enforcement/compile-policy-set.ts';

/** What a verdict depends on besides its command and the state. */
export interface VerdictFacts {
  /** The policies of the command's workspace as they are now. */
  readonly set: PolicySet;
  /** The policies as they were at a set revision, for outcomes that bring a value. */
  readonly setAt?: (revision: number) => PolicySet | undefined;
}

/** When, where and under which policies a command is decided. */
export interface VerdictInput {
  readonly ws: string;
  readonly at: number;
  readonly facts: VerdictFacts;
}

/** Events to record; none with an `answer`, when there is nothing to change; or a refusal. */
export type VerdictDecision =
  | { readonly ok: true; readonly events: readonly VerdictEvent[]; readonly answer?: unknown }
  | { readonly ok: false; readonly rejection: Rejection };

export const recorded = (events: readonly VerdictEvent[]): VerdictDecision => ({ ok: true, events });
export const refusedWith = (rejection: Rejection): VerdictDecision => ({ ok: false, rejection });
