const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** The form of a duration, for schemas. */
export const DURATION_PATTERN = DURATION.source;

/** Milliseconds of a duration such as `500ms`, `30s`, `1m`, `1h`, `1d`; `undefined` when it is none, or zero. */
export const parseDuration = (text: string): number | undefined => {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
};
