import { BOUNDS, type JournalEvent } from '@edict/contracts';
import { brokenRejection, isBroken } from './broken.ts';
import type { Clock } from './clock.ts';
import type { Decider, Recorded, SpeculativeState } from './decider.ts';
import { shortDigest } from './hash.ts';
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

/** How far two members' clocks can be apart while both may decide: each agrees with the broker's. */
const CLOCKS_APART_MS = 2 * BOUNDS.clockToleranceMs;

export interface RepeatsOptions<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly replica: Replica<C, E, S, F>;
  readonly decider: Decider<C, E, S, F>;
  readonly clock: Clock;
  readonly windowMs: number;
  /** Asks as of the leader's head. */
  readonly ask: <T>(question: () => T, deadline?: number) => Promise<T>;
}

/** What a host knows of commands that were decided before. */
export interface Repeats<C, E> {
  /**
   * What was recorded under a key where a replica knows of it; else where the leader's head does: what was purged was
   * older than the retry window, the replica is behind, or what it knows may be replaced: it is interim, or its window
   * may be over by some member's clock, who may have forgotten the id first and decided anew.
   */
  recorded(key: string, deadline: number | undefined): Promise<Recorded<C, E> | undefined>;
  /**
   * Answers a command whose id is known from what was recorded; `undefined` when the id was forgotten meanwhile, or what
   * was recorded was purged, long after the retry window. `tryOut`: the state is not certain now, and not looked at.
   */
  answer(pending: Pending<C, E>, tryOut: boolean): Promise<Answer<E> | undefined>;
}

/** A key that was asked about, and until when (monotonic) that is worth an answer. */
interface Asked {
  readonly key: string;
  readonly digest: string;
  readonly deadline: number | undefined;
}

export const createRepeats = <C, E extends JournalEvent, S extends SpeculativeState, F>({
  replica,
  decider,
  clock,
  windowMs,
  ask,
}: RepeatsOptions<C, E, S, F>): Repeats<C, E> => {
  const confirmed = ({ key, digest, deadline }: Asked): Promise<IdPlace | undefined> =>
    ask(() => replica.placeOf(key, digest), deadline);
  const mayBeReplaced = ({ entry, event }: Recorded<C, E>): boolean =>
    decider.interim?.(event) === true || clock.now() + CLOCKS_APART_MS >= entry.at + windowMs;
  const find = async (place: IdPlace | undefined, asked: Asked): Promise<Recorded<C, E> | undefined> => {
    const kept = place === undefined ? undefined : await replica.keptAt(place);
    if (kept !== undefined && !mayBeReplaced(kept)) return kept;
    const newest = await confirmed(asked);
    return newest === undefined ? undefined : replica.keptAt(newest);
  };
  return {
    recorded: async (key, deadline) => {
      const digest = shortDigest(key);
      return find(replica.ids.find(digest), { key, digest, deadline });
    },
    answer: async ({ command, key = '', digest = '', deadline }, tryOut) => {
      const asked = { key, digest, deadline };
      const place = tryOut ? replica.ids.find(digest) : replica.placeOf(key, digest);
      try {
        const recorded = await find(place, asked);
        if (recorded === undefined) return undefined;
        const different = decider.repeats(command, recorded);
        return different === undefined ? recordedAnswer(decider, recorded, true) : rejected(different);
      } catch (error) {
        return rejected(isBroken(error) ? brokenRejection(error) : UNAVAILABLE);
      }
    },
  };
};
