import type {
  Effect,
  EscalationSession,
  IdentifiedRequest,
  LimitAccount,
  LimitEntry,
  RequestRef,
  Verdict,
} from '@edict/contracts';
import { createUndoLog } from '../state/undo-log.ts';
import { UndoMap } from '../state/undo-map.ts';
import { type Deadline, Deadlines } from './deadlines.ts';

/** Where a reply lies in the journal of this state. */
export interface ReplyPlace {
  readonly revision: number;
  readonly index: number;
}

/** What limits hold for a request until its work is done, or until its verdict closes. */
export interface Reservation extends RequestRef {
  readonly ws: string;
  readonly entries: readonly LimitEntry[];
  /** `settled`: at its full amount, because it expired; an outcome may still lower that for a while. */
  readonly hold: 'work' | 'approval' | 'settled';
  readonly reserveForMs: number;
  readonly expiresAt: number | null;
  readonly place: ReplyPlace;
  readonly deadline: Deadline<DueRequest> | undefined;
}

/** A verdict that waits for sessions. */
export interface OpenEscalation extends RequestRef {
  readonly state: 'open';
  readonly ws: string;
  readonly request: IdentifiedRequest;
  readonly claimsTrusted: boolean;
  readonly verdict: Verdict;
  readonly sessions: readonly EscalationSession[];
  /** Ids of the sessions that have ended positively. */
  readonly approved: readonly string[];
  readonly closesAt: number;
  readonly place: ReplyPlace;
  readonly deadline: Deadline<DueRequest>;
}

/** A verdict that closed a short while ago, for outcomes that were sent before that was known. */
export interface ClosedEscalation {
  readonly state: 'closed';
  readonly effect: Effect;
  readonly setRevision: number;
}

export interface DueRequest extends RequestRef {
  readonly ws: string;
}

/** Something that no longer matters after a time. */
export interface Leftover {
  readonly kind: 'account' | 'reservation' | 'escalation';
  readonly key: string;
}

/** What the verdicts of one partition depend on, besides the policies. */
export interface VerdictState {
  /** The highest set revision that a verdict of a workspace cites: no later one may cite less. */
  readonly setRevisions: UndoMap<string, number>;
  readonly accounts: UndoMap<string, LimitAccount>;
  readonly reservations: UndoMap<string, Reservation>;
  readonly escalations: UndoMap<string, OpenEscalation | ClosedEscalation>;
  readonly deadlines: Deadlines<DueRequest>;
  readonly leftovers: Deadlines<Leftover>;
  /** The verdict that the events after it in the same entry belong to. */
  latest: { readonly verdict: Verdict; readonly place: ReplyPlace } | undefined;
  mark(): void;
  rollback(): void;
  release(): void;
}

export const createVerdictState = (): VerdictState => {
  const log = createUndoLog();
  const deadlines = new Deadlines<DueRequest>(log);
  const leftovers = new Deadlines<Leftover>(log);
  return {
    setRevisions: new UndoMap(log),
    accounts: new UndoMap(log),
    reservations: new UndoMap(log),
    escalations: new UndoMap(log),
    deadlines,
    leftovers,
    latest: undefined,
    mark: () => log.mark(),
    rollback: () => log.rollback(),
    release: () => {
      log.release();
      deadlines.compact();
      leftovers.compact();
    },
  };
};

/** The state as plain JSON in a fixed order: equal states describe themselves equally, however they came about. */
export const describeVerdictState = (state: VerdictState) => ({
  set_revisions: sorted(state.setRevisions.entries()),
  accounts: sorted(state.accounts.entries()),
  reservations: sorted(state.reservations.entries()).map(([key, { deadline: _, ...rest }]) => [key, rest]),
  escalations: sorted(state.escalations.entries()).map(([key, escalation]) => {
    if (escalation.state === 'closed') return [key, escalation];
    const { deadline: _, ...rest } = escalation;
    return [key, rest];
  }),
});

const sorted = <V>(entries: Iterable<[string, V]>): [string, V][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
