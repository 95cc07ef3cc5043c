interface Told {
  readonly ms: number;
  readonly text: string;
}

/** The last two answers: everything that is decided together has the same time, and expires at the same time. */
let latest: Told = { ms: Number.NaN, text: '' };
let before: Told = latest;

/** ISO 8601 text in UTC with milliseconds; the argument counts milliseconds since 1970. */
export const isoTime = (ms: number): string => {
  if (latest.ms === ms) return latest.text;
  const told = latest;
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time, reads no clock
  latest = before.ms === ms ? before : { ms, text: new Date(ms).toISOString() };
  before = told;
  return latest.text;
};

/** A day, or a time with its distance from UTC: without that the machine's own zone would decide. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970 of an ISO 8601 text: a time with `Z` or an offset, or a day in UTC; else `undefined`. */
export const parseTime = (text: string): number | undefined => {
  if (!ISO_TIME.test(text)) return undefined;
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time, reads no clock
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};
