import type { JournalEvent } from '@edict/contracts';
import { brokenRejection, isBroken } from './broken.ts';
import type { Decider, Recorded, SpeculativeState } from './decider.ts';
import type { Answer } from './host-options.ts';
import type { IdPlace } from './id-generation.ts';
import { type Pending, rejected, UNAVAILABLE } from './pending.ts';
import type { Replica } from './replica.ts';

/** The answer that was recorded, as it is given to everybody who asks. */
export const recordedAnswer = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  decider: Decider<C, E, S, F>,
  recorded: Recorded<C, E>,
  repeated: boolean,
): Answer<E> => {
  const { event, receipt } = recorded;
  return { ok: true, reply: decider.reply(recorded), event, receipt, repeated };
};

/**
 * What was recorded where a replica knows of it; else where the leader's head does: what was purged was older than the
 * retry window, or the replica is behind.
 */
export const findRecorded = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  replica: Replica<C, E, S, F>,
  place: IdPlace | undefined,
  confirmed: () => Promise<IdPlace | undefined>,
): Promise<Recorded<C, E> | undefined> => {
  const kept = place === undefined ? undefined : await replica.keptAt(place);
  if (kept !== undefined) return kept;
  const newest = await confirmed();
  return newest === undefined ? undefined : replica.recordedAt(newest);
};

/**
 * Answers a command whose id is known from what was recorded; `undefined` when the id was forgotten meanwhile, or what
 * was recorded was purged, long after the retry window.
 * An interim reply is given only after `confirmed` has found the place again with nothing newer at the leader.
 */
export const answerRepeat = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  { command }: Pending<C, E>,
  place: IdPlace | undefined,
  decider: Decider<C, E, S, F>,
  replica: Replica<C, E, S, F>,
  confirmed: () => Promise<IdPlace | undefined>,
): Promise<Answer<E> | undefined> => {
  try {
    let recorded = await findRecorded(replica, place, confirmed);
    if (recorded === undefined) return undefined;
    if (decider.interim?.(recorded.event) === true) {
      const newest = await confirmed();
      if (newest === undefined) return undefined;
      recorded = await replica.recordedAt(newest);
    }
    const different = decider.repeats(command, recorded);
    return different === undefined ? recordedAnswer(decider, recorded, true) : rejected(different);
  } catch (error) {
    return rejected(isBroken(error) ? brokenRejection(error) : UNAVAILABLE);
  }
};
