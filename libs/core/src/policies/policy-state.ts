import type { Attribution, Enforcement, PolicySaved, Ungoverned } from '@edict/contracts';
import { createUndoLog, type UndoLog } from '../state/undo-log.ts';
import { UndoMap } from '../state/undo-map.ts';
import { UndoList } from './undo-list.ts';

/** Where a change stands: in the clock's time, and in the workspace's policy journal. */
export interface Moment {
  /** The revision of the set of policies that first held the change. */
  readonly set_revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One change in the life of a policy, and what holds since then. */
export interface TimelineChange extends Moment, Attribution {
  readonly change: 'saved' | 'enforcement_changed' | 'deleted';
  /** The revision that the change is about: the live one, or the one that was deleted. */
  readonly saved: PolicySaved;
  readonly enforcement: Enforcement;
  readonly live: boolean;
}

/** Everything that ever happened to one policy id, oldest first. Nothing is ever taken out. */
export interface Timeline {
  readonly policy_id: string;
  /** Revision n lies at index n - 1. */
  readonly revisions: UndoList<PolicySaved>;
  readonly changes: UndoList<TimelineChange>;
}

export interface SettingChange extends Moment, Attribution {
  readonly ungoverned: Ungoverned;
}

/** The policies of one workspace with their whole history. */
export interface PolicyState {
  readonly timelines: UndoMap<string, Timeline>;
  readonly settings: UndoList<SettingChange>;
  /** Every change in order, of all policies and of the settings. */
  readonly moments: UndoList<Moment>;
  readonly log: UndoLog;
  mark(): void;
  rollback(): void;
  release(): void;
}

export const initialPolicyState = (): PolicyState => {
  const log = createUndoLog();
  return {
    timelines: new UndoMap(log),
    settings: new UndoList(log),
    moments: new UndoList(log),
    log,
    mark: () => log.mark(),
    rollback: () => log.rollback(),
    release: () => log.release(),
  };
};

/** The revision of the set of policies: of the last commit that changed it; 0 for an empty workspace. */
export const setRevisionOf = (state: PolicyState): number => state.moments.last?.set_revision ?? 0;
