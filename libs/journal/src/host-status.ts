import { BOUNDS, type Rejection } from '@edict/contracts';
import type { Clock } from './clock.ts';
import type { Head } from './commit-text.ts';
import type { HostStatus } from './host-options.ts';
import type { IdMemory } from './id-memory.ts';
import type { Journal } from './journal.ts';

/**
 * Why a journal is not continued now: its last time lies in the future, so whoever wrote it had a wrong clock, or this
 * one has gone wrong. It ends by itself.
 */
export const aheadOf = (
  { journal, lastAt }: { readonly journal: Pick<Journal, 'name'>; readonly lastAt: number },
  clock: Clock,
): Rejection | undefined => {
  const ms = lastAt - clock.now();
  if (ms <= BOUNDS.clockToleranceMs) return undefined;
  const message = `the last time in ${journal.name} is ${ms} ms ahead of the clock; nothing is decided there until the clock has reached it`;
  return { code: 'JOURNAL_AHEAD', message };
};

/** What a host says about itself. */
export const statusOf = (
  { journal, head, ids }: { readonly journal: Journal; readonly head: Head; readonly ids: IdMemory },
  status: HostStatus['status'],
  queued: number,
  problem: string | undefined,
): HostStatus => ({
  journal: journal.name,
  status,
  revision: head.revision,
  hash: head.hash,
  queued,
  remembered: ids.size,
  ...(problem !== undefined && { problem }),
});
