import type { Progress, Session } from '../state/session.ts';

/** A session as a message meets it. */
export interface Place {
  readonly session: Session;
  readonly progress: Progress;
  /** Milliseconds since 1970. */
  readonly at: number;
}
