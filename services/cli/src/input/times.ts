import { parseDuration } from '@edict/contracts';
import { badInput } from '../stop.ts';

/** A point in time as a user writes it: ISO 8601, or a duration back from now such as `15m`. Milliseconds since 1970. */
export const parseTimeWord = (word: string, now: number): number => {
  const back = parseDuration(word);
  if (back !== undefined) return now - back;
  const ms = /^\d{4}-\d\d/.test(word) ? Date.parse(word) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw badInput(
      `${word} is no time; write 2026-11-21T09:00:00Z, 2026-11-21, or how long ago: 15m, 2h, 1d`,
    );
  }
  return ms;
};

/** A duration such as `90d`, in milliseconds, as a commander option. */
export const parseLength =
  (what: string, leastMs: number) =>
  (word: string): number => {
    const ms = parseDuration(word);
    if (ms !== undefined && ms >= leastMs) return ms;
    throw badInput(
      `${what} is ${word}; it must be a duration of at least ${leastMs / 1_000}s, such as 12h or 90d`,
    );
  };

export const isoTimeOf = (ms: number): string => new Date(ms).toISOString();
