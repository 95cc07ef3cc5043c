import type {
  Effect,
  EscalationSession,
  IdentifiedRequest,
  LimitAccount,
  RequestRef,
  Verdict,
} from '@edict/contracts';
import { type Charge, heldAmounts } from '../enforcement/limits/charge.ts';
import { createLedger, type Ledger } from '../enforcement/limits/ledger.ts';
import { createSweeper, type Sweeper } from '../state/sweeper.ts';
import { createUndoLog } from '../state/undo-log.ts';
import { UndoMap } from '../state/undo-map.ts';
import { Deadlines, type Ending } from './deadlines.ts';
import type { AbandonedSessions } from './escalation-ends.ts';

/** Where a reply lies in the journal of this state. */
export interface ReplyPlace {
  readonly revision: number;
  readonly index: number;
}

/**
 * What limits hold for a request until its work is done, or until its verdict closes: its own first charge, and the
 * place of its reply. There may be a million of them, so it says nothing twice: whose it is stands in its key.
 */
export interface Reservation extends Charge, Ending, ReplyPlace {
  readonly key: string;
  /** When it expires; `Infinity` while it waits for approval. */
  readonly due: number;
  /** How long it is held from an approval on. */
  readonly reserveForMs: number;
}

/** A verdict that waits for sessions. */
export interface OpenEscalation extends RequestRef, Ending {
  readonly state: 'open';
  readonly key: string;
  readonly ws: string;
  readonly request: IdentifiedRequest;
  readonly claimsTrusted: boolean;
  readonly verdict: Verdict;
  readonly sessions: readonly EscalationSession[];
  /** Ids of the sessions that have ended positively. */
  readonly approved: readonly string[];
  /** When it closes by itself. */
  readonly due: number;
  readonly place: ReplyPlace;
}

/** A verdict that closed a short while ago, for outcomes and sessions that were under way before that was known. */
export interface ClosedEscalation {
  readonly state: 'closed';
  readonly effect: Effect;
  readonly setRevision: number;
  readonly abandoned?: AbandonedSessions;
  /** When it is none any more, whether or not it was forgotten yet. */
  readonly until: number;
}

/** What the verdicts of one partition depend on, besides the policies. */
export interface VerdictState {
  /** The highest set revision that a verdict of a workspace cites: no later one may cite less. */
  readonly setRevisions: UndoMap<string, number>;
  readonly ledger: Ledger;
  readonly reservations: UndoMap<string, Reservation>;
  readonly escalations: UndoMap<string, OpenEscalation | ClosedEscalation>;
  readonly deadlines: Deadlines<Reservation | OpenEscalation>;
  readonly closed: Sweeper;
  /** The time of the last event. */
  at: number;
  /** The verdict that the events after it in the same entry belong to. */
  latest: { readonly verdict: Verdict; readonly place: ReplyPlace } | undefined;
  /** Forgets some of what does not matter any more; does nothing during a try-out. */
  sweep(): void;
  mark(): void;
  rollback(): void;
  release(): void;
}

export const createVerdictState = (): VerdictState => {
  const log = createUndoLog();
  const reservations = new UndoMap<string, Reservation>(log);
  const escalations: VerdictState['escalations'] = new UndoMap(log);
  const deadlines: VerdictState['deadlines'] = new Deadlines({
    has: (item) => reservations.get(item.key) === item || escalations.get(item.key) === item,
    count: () => reservations.size + escalations.size,
  });
  let before: Pick<VerdictState, 'at' | 'latest'> = { at: 0, latest: undefined };
  const state: VerdictState = {
    setRevisions: new UndoMap(log),
    ledger: createLedger(log),
    reservations,
    escalations,
    deadlines,
    closed: createSweeper(escalations, isForgotten),
    at: 0,
    latest: undefined,
    sweep: () => {
      if (log.active) return;
      state.ledger.sweep(state.at);
      state.closed.work(state.at);
    },
    mark: () => {
      before = { at: state.at, latest: state.latest };
      log.mark();
      deadlines.mark();
    },
    rollback: () => {
      log.rollback();
      deadlines.rollback();
      Object.assign(state, before);
    },
    release: () => {
      log.release();
      deadlines.release();
      state.sweep();
    },
  };
  return state;
};

const isForgotten = (escalation: OpenEscalation | ClosedEscalation, at: number): boolean =>
  escalation.state === 'closed' && escalation.until <= at;

/** What is known at a time of an escalated request. */
export const escalationAt = (
  state: VerdictState,
  key: string,
  at: number,
): OpenEscalation | ClosedEscalation | undefined => {
  const escalation = state.escalations.get(key);
  return escalation === undefined || isForgotten(escalation, at) ? undefined : escalation;
};

/** The state as plain JSON in a fixed order: equal states describe themselves equally, however they came about. */
export const describeVerdictState = (state: VerdictState) => ({
  set_revisions: sorted<number>(state.setRevisions.entries()),
  accounts: sorted(
    state.ledger
      .list(state.at)
      .map(({ ws, policy_id, rule, key, account }): [string, LimitAccount] => [
        [ws, policy_id, rule, key].join('\u0000'),
        account,
      ]),
  ),
  reservations: sorted<Reservation>(state.reservations.entries()).map(([key, held]) => {
    const { due, reserveForMs, revision, index } = held;
    const ends = { due: Number.isFinite(due) ? due : null, reserve_for_ms: reserveForMs };
    return [key, { held: heldAmounts(held), ...ends, place: { revision, index } }];
  }),
  escalations: sorted<OpenEscalation | ClosedEscalation>(state.escalations.entries()).filter(
    ([, escalation]) => !isForgotten(escalation, state.at),
  ),
});

const sorted = <V>(entries: Iterable<[string, V]>): [string, V][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
