import { parseDuration } from '@edict/contracts';
import { badInput } from '../stop.ts';

/** A day, or a time that may say how far from UTC it is. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A point in time as a user writes it: ISO 8601, UTC unless it says otherwise, or a duration back from now such as
 * `15m`. Milliseconds since 1970.
 */
export const parseTimeWord = (word: string, now: number): number => {
  const back = parseDuration(word);
  if (back !== undefined) return now - back;
  const [, day = '', time = '00:00', zone = 'Z'] = ISO_TIME.exec(word) ?? [];
  const ms = isDay(day) ? Date.parse(`${day}T${time}${zone}`) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw badInput(
      `${word} is no time; write 2026-11-21T09:00:00Z, 2026-11-21 (UTC), or how long ago: 15m, 2h, 1d`,
    );
  }
  return ms;
};

/** `Date.parse` takes a 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => {
  const ms = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(ms) && isoTimeOf(ms).startsWith(day);
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
