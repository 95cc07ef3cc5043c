/** ISO 8601 text in UTC with milliseconds; the argument counts milliseconds since 1970. */
export const isoTime = (ms: number): string => {
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time, reads no clock
  return new Date(ms).toISOString();
};

/** Milliseconds since 1970 of an ISO 8601 text; `undefined` when it is none. */
export const parseTime = (text: string): number | undefined => {
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time, reads no clock
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};
