import type { StreamEnd } from '@edict/nats';

/** Followers answer a leader each second. One that heard fewer than a majority for longer was perhaps cut off. */
const SILENCE_MS = 1_500;

/** Judges what the leaders of a replicated stream say about its end. */
export interface LeaderTrust {
  /** Whether a look is to be counted. */
  counts(end: StreamEnd): boolean;
  /** No leader answered, or none that hears the others. */
  silence(): void;
}

/**
 * A leader that was cut off and has just come back hears the others a moment before it learns that they have elected
 * another and gone on without it. So the first look after a silence, and the very first one, is not counted: by the
 * next one it knows. A server that is alone has nobody who could go on without it.
 */
export const createLeaderTrust = (): LeaderTrust => {
  let silent = true;
  return {
    counts: ({ certainAgo }) => {
      const afterSilence = silent && certainAgo > 0;
      silent = certainAgo > SILENCE_MS;
      return !afterSilence;
    },
    silence: () => {
      silent = true;
    },
  };
};
