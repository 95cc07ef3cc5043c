import { isFault, type Rejection } from '@edict/contracts';
import { BROKEN } from './pending.ts';

/** Whether a journal cannot be continued after this: it does not fit together, or has lost its end. */
export const isBroken = (error: unknown): boolean =>
  isFault(error, 'JOURNAL_BROKEN') || isFault(error, 'JOURNAL_TRUNCATED');

/** What commands are refused with after that. */
export const brokenRejection = (error: unknown): Rejection =>
  isFault(error, 'JOURNAL_TRUNCATED') ? { code: 'JOURNAL_TRUNCATED', message: error.message } : BROKEN;

/** Why everything is refused: what commands are answered, and the reason in full for whoever looks after it. */
export interface Broken {
  readonly rejection: Rejection;
  readonly problem: string;
}

export const brokenBy = (error: unknown): Broken => ({
  rejection: brokenRejection(error),
  problem: error instanceof Error ? error.message : String(error),
});
