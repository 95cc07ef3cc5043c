import type { ApprovalRequested, CommitmentPayload, DecisionReason, SessionState } from '@edict/contracts';
import { compareBytes } from './policy/byte-order.ts';
import { evaluateCommitment } from './policy/evaluate-commitment.ts';
import { sortBallots } from './policy/evidence.ts';
import { askedRequest } from './sealed/asked-request.ts';
import { bestCase, declinedCase } from './sealed/what-if.ts';
import {
  evidenceOf,
  isTerminal,
  type Phase,
  type Progress,
  phaseOf,
  resolutionOf,
  type Session,
} from './state/session.ts';
import type { SessionsState } from './state/sessions-state.ts';

/** A session as plain JSON, for the sessions bucket and the command line. Times are milliseconds since 1970. */
export interface SessionView {
  readonly workspace: string;
  readonly session_id: string;
  readonly state: SessionState;
  readonly phase: Phase;
  readonly mode: string;
  readonly mode_version: string;
  readonly configuration_version: string;
  readonly policy_id: string;
  readonly intent: string;
  readonly initiator: string;
  readonly participants: readonly string[];
  readonly started_at_unix_ms: number;
  readonly deadline_unix_ms: number;
  readonly suspended_ms: number;
  /** Of a sealed session: what its approvers decide about. */
  readonly request: ApprovalRequested['request'] | null;
  readonly proposals: Readonly<Record<string, unknown>>;
  readonly evaluations: readonly unknown[];
  readonly objections: readonly unknown[];
  /** By proposal, then by sender. */
  readonly votes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly resolution: CommitmentPayload | null;
  readonly ending: SessionEndView | null;
  /** What is missing; `null` once the session has ended. */
  readonly outlook: SessionOutlook | null;
}

export interface SessionEndView {
  readonly at_unix_ms: number;
  /** `null` when time ended it. */
  readonly sender: string | null;
  readonly code: string;
  readonly reasons: readonly DecisionReason[];
}

/** What a commitment would meet now, and whether one can ever be allowed. */
export interface SessionOutlook {
  /** Participants with a ballot missing on some proposal. */
  readonly not_voted: readonly string[];
  /** Why a positive commitment would be refused now; empty when it would be allowed. */
  readonly against_approval: readonly DecisionReason[];
  readonly against_decline: readonly DecisionReason[];
  /** Neither outcome can be committed any more, however the others vote. */
  readonly deadlocked: boolean;
}

export const sessionView = (session: Session, progress: Progress): SessionView => {
  const { start } = session;
  return {
    workspace: session.ws,
    session_id: start.session_id,
    state: progress.state,
    phase: phaseOf(session, progress),
    mode: start.mode,
    mode_version: start.mode_version,
    configuration_version: start.configuration_version,
    policy_id: start.policy_id,
    intent: start.intent,
    initiator: start.initiator,
    participants: start.participants,
    started_at_unix_ms: start.started_at,
    deadline_unix_ms: progress.deadline,
    suspended_ms: progress.suspendedMs,
    request: askedRequest(start) ?? null,
    proposals: Object.fromEntries(session.proposals.entries()),
    evaluations: [...session.evaluations.items],
    objections: [...session.objections.items],
    votes: votesOf(session),
    resolution: resolutionOf(progress) ?? null,
    ending: endView(progress),
    outlook: isTerminal(progress.state) ? null : outlookOf(session),
  };
};

const votesOf = (session: Session): SessionView['votes'] => {
  const votes = new Map<string, [string, unknown][]>();
  for (const ballot of sortBallots([...session.ballots.values()])) {
    const cast = votes.get(ballot.proposal_id) ?? [];
    cast.push([ballot.sender, ballot]);
    votes.set(ballot.proposal_id, cast);
  }
  return Object.fromEntries([...votes].map(([proposal, cast]) => [proposal, Object.fromEntries(cast)]));
};

const endView = ({ ending }: Progress): SessionEndView | null => {
  if (ending === undefined) return null;
  if (ending.state === 'Expired')
    return { at_unix_ms: ending.at, sender: null, code: 'EXPIRED', reasons: [] };
  const { sender, reasons } = ending.data;
  const code = ending.state === 'Resolved' ? 'RESOLVED' : ending.data.code;
  return { at_unix_ms: ending.at, sender, code, reasons };
};

const outlookOf = (session: Session): SessionOutlook => {
  const { policy, participants } = session.start;
  const evidence = evidenceOf(session);
  const against = (given: typeof evidence, positive: boolean): readonly DecisionReason[] => {
    const verdict = evaluateCommitment(policy, given, participants, positive);
    return verdict.allow ? [] : verdict.reasons;
  };
  const votes = new Map<string, number>();
  for (const { sender } of evidence.ballots) votes.set(sender, (votes.get(sender) ?? 0) + 1);
  return {
    not_voted: participants.filter((name) => (votes.get(name) ?? 0) < Math.max(1, session.proposals.size)),
    against_approval: against(evidence, true),
    against_decline: against(evidence, false),
    deadlocked:
      session.proposals.size > 0 &&
      against(bestCase(session, evidence), true).length > 0 &&
      against(declinedCase(session, evidence), false).length > 0,
  };
};

/** All there is to know of the state, as plain JSON in a fixed order: equal states give equal snapshots. */
export const sessionsSnapshot = (state: SessionsState): unknown => ({
  sessions: sorted(state.sessions.entries()).map(([key, session]) => ({
    start: session.start,
    progress: state.progress.get(key),
    accepted: sorted(session.accepted.entries()),
    proposals: sorted(session.proposals.entries()),
    evaluations: session.evaluations.items,
    objections: session.objections.items,
    ballots: sorted(session.ballots.entries()),
  })),
  dropped: sorted(state.tombstones.entries()),
});

const sorted = <V>(entries: Iterable<[string, V]>): [string, V][] =>
  [...entries].sort(([a], [b]) => compareBytes(a, b));
