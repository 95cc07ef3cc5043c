import { parseTime } from '@edict/contracts';

/** With an offset: without one the machine's own time zone would decide. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_999;

/** A CEL timestamp of a given time in milliseconds since 1970. */
// biome-ignore lint/style/noRestrictedGlobals: shows a given time, reads no clock
export const timestampAt = (ms: number): unknown => new Date(ms);

/** CEL's `timestamp()`: an RFC 3339 text, or seconds since 1970. Throws a RangeError for anything else. */
export const readTimestamp = (value: string | number | bigint): unknown => {
  const ms = typeof value === 'string' ? parseStrictly(value) : Number(value) * 1000;
  if (ms >= EARLIEST_MS && ms <= LATEST_MS) return timestampAt(ms);
  throw new RangeError('not a timestamp');
};

const parseStrictly = (text: string): number =>
  RFC_3339.test(text) ? (parseTime(text) ?? Number.NaN) : Number.NaN;
