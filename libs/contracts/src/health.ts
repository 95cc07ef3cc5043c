/** Asked by whoever wants to know how the deployment is; every process answers for itself. */
export const HEALTH_ADDRESS = 'edict.v1.health';

/** What may be asked for besides the plain facts. */
export interface HealthQuestion {
  /** The hash of each owned journal's state, which takes a walk over all of it. */
  readonly state_hashes?: boolean;
}

/** A journal that a process owns. */
export interface JournalHealth {
  readonly journal: string;
  readonly status: string;
  /** Of the last commit that became state. */
  readonly revision: number;
  /** SHA-256 of that commit's bytes. */
  readonly head: string;
  /** SHA-256 of the state's RFC 8785 form at that revision: what a replay up to there must give. */
  readonly state_hash?: string;
  readonly queued: number;
  /** Why it cannot be continued, or not now, or why the last append failed. */
  readonly problem?: string;
}

/** An output of the projector, and how many stored messages it has not seen. */
export interface ViewHealth {
  readonly view: string;
  readonly lag: number;
}

/** What was left for a verb without waiting, and is not done yet; every process tells the same. */
export interface IntakeHealth {
  readonly verb: string;
  /** Messages that nobody has taken yet. */
  readonly waiting: number;
  /** Messages that are being worked on, or will be tried again. */
  readonly taken: number;
}

/** What one process says about itself. */
export interface HealthReport {
  readonly incarnation: string;
  /** Id of the deployment that it belongs to. */
  readonly deployment: string;
  readonly services: readonly string[];
  readonly ok: boolean;
  /** ISO time. */
  readonly started_at: string;
  /** What an acknowledged answer survives, in words. */
  readonly durability: string;
  /** How long the NATS server goes on giving requests to a frozen process, in words. */
  readonly frozen_members: string;
  readonly journals: readonly JournalHealth[];
  readonly views: readonly ViewHealth[];
  readonly intake: readonly IntakeHealth[];
  /** What is wrong now, in words; empty when nothing is. */
  readonly problems: readonly string[];
}
