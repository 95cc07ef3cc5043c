import { isFault, type Rejection } from '@edict/contracts';
import { BROKEN, UNAVAILABLE } from './pending.ts';

/** Whether a journal cannot be continued after this: it does not fit together, or has lost its end. */
export const isBroken = (error: unknown): boolean =>
  isFault(error, 'JOURNAL_BROKEN') || isFault(error, 'JOURNAL_TRUNCATED');

/** Whether what a replica has not read yet was purged: it has to begin again, at a checkpoint. */
export const isLeftBehind = (error: unknown): boolean => isFault(error, 'JOURNAL_PURGED');

/** What commands are refused with after that. */
export const brokenRejection = (error: unknown): Rejection => {
  if (isLeftBehind(error)) return UNAVAILABLE;
  return isFault(error, 'JOURNAL_TRUNCATED') ? { code: 'JOURNAL_TRUNCATED', message: error.message } : BROKEN;
};

/** Why everything is refused: what commands are answered, and the reason in full for whoever looks after it. */
export interface Broken {
  readonly rejection: Rejection;
  readonly problem: string;
}

export const brokenBy = (error: unknown): Broken => ({
  rejection: brokenRejection(error),
  problem: reasonIn(error),
});

/** What an error says, in words. */
export const reasonIn = (error: unknown): string => (error instanceof Error ? error.message : String(error));
