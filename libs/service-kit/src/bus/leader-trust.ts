import type { StreamEnd } from '@edict/nats';

/** Followers answer a leader each second. One that heard fewer than a majority for longer was perhaps cut off. */
const SILENCE_MS = 1_500;
/** A leader that hears of another one steps down as it hears of it, but a busy machine may need a while for that. */
const SETTLES_MS = 500;

/** When a look was sent and when it was answered, in milliseconds on one monotonic clock. */
export interface LookTimes {
  readonly sent: number;
  readonly answered: number;
}

/** Judges what the leaders of a replicated stream say about its end. */
export interface LeaderTrust {
  /** Whether a look is to be counted. */
  counts(end: StreamEnd, times: LookTimes): boolean;
  /** No leader answered, or none that hears the others. */
  silence(): void;
}

/**
 * A leader that was cut off and has just come back hears the others a moment before it learns that they have elected
 * another and gone on without it. So the first look after a silence, and the very first one, is not counted, nor one
 * that was sent right after its answer: by the next one it knows. Where there is one copy nobody could go on without it.
 */
export const createLeaderTrust = (): LeaderTrust => {
  let hearsSince = Number.POSITIVE_INFINITY;
  return {
    counts: ({ certainAgo }, { sent, answered }) => {
      const counted = certainAgo === 0 || sent - hearsSince >= SETTLES_MS;
      hearsSince = certainAgo > SILENCE_MS ? Number.POSITIVE_INFINITY : Math.min(hearsSince, answered);
      return counted;
    },
    silence: () => {
      hearsSince = Number.POSITIVE_INFINITY;
    },
  };
};
