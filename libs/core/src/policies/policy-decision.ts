import type { Attribution, PolicyEvent, PolicyWrite, Rejection } from '@edict/contracts';
import type { PolicyState, Timeline, TimelineChange } from './policy-state.ts';

/** What comes of a policy command: one event to record, an answer, or a refusal. */
export type PolicyDecision =
  | { readonly ok: true; readonly events: readonly PolicyEvent[]; readonly answer?: unknown }
  | { readonly ok: false; readonly rejection: Rejection };

/** A command that is being decided, with everything that its decision may depend on. */
export interface Case<C> {
  readonly state: PolicyState;
  readonly command: C;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The actor of a change for which nobody is named. */
export const ANONYMOUS = 'anonymous';

export const record = (event: PolicyEvent): PolicyDecision => ({ ok: true, events: [event] });
export const answer = (value: unknown): PolicyDecision => ({ ok: true, events: [], answer: value });
export const refuse = (rejection: Rejection): PolicyDecision & { readonly ok: false } => ({
  ok: false,
  rejection,
});

/** Who asked for a change, and why, as it is recorded. */
export const attributionOf = ({ actor, reason, authorised_by }: PolicyWrite): Attribution => ({
  actor: actor ?? ANONYMOUS,
  reason: reason ?? '',
  ...(authorised_by === undefined ? {} : { authorised_by }),
});

/** The refusal when the caller expected another revision than the live one; 0 stands for none that is live. */
export const conflictOf = (
  policyId: string,
  expected: number | undefined,
  timeline: Timeline | undefined,
): Rejection | undefined => {
  const current = liveRevision(timeline?.changes.last);
  if (expected === undefined || expected === current) return undefined;
  const found = current === 0 ? 'no revision of it is live' : `its live revision is ${current}`;
  return {
    code: 'REVISION_CONFLICT',
    message: `expected_revision of ${policyId} is ${expected}, but ${found}; read it again and decide anew`,
    path: '/expected_revision',
    current_revision: current,
  };
};

const liveRevision = (change: TimelineChange | undefined): number =>
  change?.live === true ? change.saved.revision : 0;
