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
 * Answers a command whose id is known from what was recorded; `undefined` when the id was forgotten meanwhile.
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
    const known = place ?? (await confirmed());
    if (known === undefined) return undefined;
    let recorded = await replica.recordedAt(known);
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
