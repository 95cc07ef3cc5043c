import { BOUNDS, type SessionState, sessionPartitionKey } from '@edict/contracts';
import { createUndoLog, type UndoLog } from '../../state/undo-log.ts';
import { UndoMap } from '../../state/undo-map.ts';
import { createDueQueue, type DueEntry, type DueQueue } from './due-queue.ts';
import { isTerminal, type Progress, type Session } from './session.ts';

/** All sessions of one partition. */
export interface SessionsState {
  readonly log: UndoLog;
  readonly sessions: UndoMap<string, Session>;
  readonly progress: UndoMap<string, Progress>;
  /** Sessions that were dropped, with the state in which they ended: their ids stay refused. */
  readonly tombstones: UndoMap<string, SessionState>;
  readonly deadlines: DueQueue;
  readonly retentions: DueQueue;
  mark(): void;
  rollback(): void;
  release(): void;
}

export const createSessionsState = (): SessionsState => {
  const log = createUndoLog();
  return {
    log,
    sessions: new UndoMap(log),
    progress: new UndoMap(log),
    tombstones: new UndoMap(log),
    deadlines: createDueQueue(),
    retentions: createDueQueue(),
    mark: log.mark,
    rollback: log.rollback,
    release: log.release,
  };
};

export const sessionKeyOf = sessionPartitionKey;

/** A session with where it stands; `undefined` when there is none, or none any more. */
export const findSession = (
  state: SessionsState,
  ws: string,
  id: string,
): { readonly session: Session; readonly progress: Progress } | undefined => {
  const key = sessionKeyOf(ws, id);
  const session = state.sessions.get(key);
  const progress = state.progress.get(key);
  return session === undefined || progress === undefined ? undefined : { session, progress };
};

export const setProgress = (state: SessionsState, key: string, next: Progress): void => {
  const old = state.progress.get(key);
  if (old !== undefined && state.log.active) state.log.note(() => schedule(state, key, old));
  state.progress.set(key, next);
  schedule(state, key, next);
};

const schedule = (state: SessionsState, key: string, progress: Progress): void => {
  if (isTerminal(progress.state)) state.retentions.add(retainedUntil(progress), key);
  else state.deadlines.add(progress.deadline, key);
};

const retainedUntil = ({ deadline, ending }: Progress): number =>
  Math.max(deadline, ending?.at ?? 0) + BOUNDS.retryWindowMs;

/** The session whose deadline is the earliest. */
export const earliestDeadline = (state: SessionsState): DueEntry | undefined =>
  state.deadlines.first((entry) => isDeadline(state, entry));

/** Sessions whose deadline lies before a time; exactly at its deadline a session is still open. */
export const overdue = (state: SessionsState, now: number): readonly DueEntry[] =>
  state.deadlines.before(now, (entry) => isDeadline(state, entry));

const isDeadline = (state: SessionsState, { key, time }: DueEntry): boolean => {
  const progress = state.progress.get(key);
  return progress !== undefined && !isTerminal(progress.state) && progress.deadline === time;
};

/**
 * Drops terminal sessions whose retry window has passed. It runs when events are folded, on their time, so that
 * a replay drops the same ones at the same place.
 */
export const dropRetained = (state: SessionsState, at: number): void => {
  const isRetention = ({ key, time }: DueEntry): boolean => {
    const progress = state.progress.get(key);
    return progress !== undefined && isTerminal(progress.state) && retainedUntil(progress) === time;
  };
  for (let next = state.retentions.first(isRetention); next !== undefined && next.time < at; ) {
    const { key, time } = next;
    const progress = state.progress.get(key);
    if (progress !== undefined) state.tombstones.set(key, progress.state);
    if (state.log.active) state.log.note(() => state.retentions.add(time, key));
    state.progress.delete(key);
    state.sessions.delete(key);
    next = state.retentions.first(isRetention);
  }
};
