import type {
  CommitmentPayload,
  EvaluationPayload,
  ObjectionPayload,
  ProposalPayload,
  SessionCancelled,
  SessionExpired,
  SessionResolved,
  SessionStarted,
  SessionState,
  VotePayload,
} from '@edict/contracts';
import type { UndoLog } from '../../state/undo-log.ts';
import { UndoMap } from '../../state/undo-map.ts';
import type { Evidence } from '../policy/evidence.ts';
import { type ReadRules, readRules } from '../policy/rules.ts';
import { createGrowingList, type GrowingList } from './growing-list.ts';

/** Where an accepted message lies, so that a repeat gets the receipt of the first one. */
export interface AcceptedMessage {
  readonly at: number;
  readonly revision: number;
  readonly index: number;
}

export type Sent<T> = T & { readonly sender: string };

/** What a session is and has heard. Everything but {@link Progress}, which changes as a whole. */
export interface Session {
  readonly key: string;
  readonly ws: string;
  /** Revision of the commit in which it began. */
  readonly begun: number;
  readonly start: SessionStarted;
  readonly policy: ReadRules;
  readonly roster: ReadonlySet<string>;
  readonly accepted: UndoMap<string, AcceptedMessage>;
  readonly proposals: UndoMap<string, Sent<ProposalPayload>>;
  readonly evaluations: GrowingList<Sent<EvaluationPayload>>;
  readonly objections: GrowingList<Sent<ObjectionPayload>>;
  /** By {@link ballotKey}: one ballot per proposal and sender. */
  readonly ballots: UndoMap<string, Sent<VotePayload>>;
}

/** Where a session stands. Times are milliseconds since 1970. */
export interface Progress {
  readonly state: SessionState;
  /** The last moment at which it is still alive; while suspended, the end of what suspension is allowed. */
  readonly deadline: number;
  readonly suspension: { readonly since: number; readonly remaining: number } | undefined;
  /** How long it was suspended before, all in all. */
  readonly suspendedMs: number;
  readonly ending: Ending | undefined;
}

export type Ending = { readonly at: number } & (
  | { readonly state: 'Resolved'; readonly data: SessionResolved }
  | { readonly state: 'Cancelled'; readonly data: SessionCancelled }
  | { readonly state: 'Expired'; readonly data: SessionExpired }
);

export type Phase = 'Proposal' | 'Evaluation' | 'Voting' | 'Committed';

export const createSession = (
  { key, ws, begun, start }: Pick<Session, 'key' | 'ws' | 'begun' | 'start'>,
  log: UndoLog,
): Session => {
  const session: Session = {
    key,
    ws,
    begun,
    start,
    policy: readRules(start.policy),
    roster: new Set(start.participants),
    accepted: new UndoMap(log),
    proposals: new UndoMap(log),
    evaluations: createGrowingList(log),
    objections: createGrowingList(log),
    ballots: new UndoMap(log),
  };
  const { proposal, initiator } = start;
  if (proposal !== undefined) session.proposals.set(proposal.proposal_id, { ...proposal, sender: initiator });
  return session;
};

/** One text per proposal and sender, injectively, whatever characters they hold. */
export const ballotKey = (proposalId: string, sender: string): string =>
  `${proposalId.length}:${proposalId}${sender}`;

/** The first accepted vote closes deliberation (macp §3.2). */
export const phaseOf = (session: Session, progress: Progress): Phase => {
  if (progress.state === 'Resolved') return 'Committed';
  if (session.ballots.size > 0) return 'Voting';
  return session.proposals.size > 0 ? 'Evaluation' : 'Proposal';
};

export const evidenceOf = (session: Session): Evidence => ({
  ballots: [...session.ballots.values()],
  evaluations: session.evaluations.items,
  objections: session.objections.items,
});

export const isTerminal = (state: SessionState): boolean => state !== 'Open' && state !== 'Suspended';

export const resolutionOf = ({ ending }: Progress): CommitmentPayload | undefined =>
  ending?.state === 'Resolved' ? ending.data.resolution : undefined;
