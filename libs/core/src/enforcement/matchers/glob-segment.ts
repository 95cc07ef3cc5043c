/** One segment of a glob that has `*` or `?` in it, as code points; the stars of a run count once. */
export type SegmentPattern = readonly string[];

export const parseSegment = (segment: string): SegmentPattern => [...segment.replaceAll(/\*+/g, '*')];

/** Whether a segment, as code points, fits: a failed attempt only goes back to the last star, so the time is bounded by the product of the lengths. */
export const fitsSegment = (pattern: SegmentPattern, chars: readonly string[]): boolean => {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < chars.length; ) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      retry = i;
    } else if (wanted === '?' || (wanted !== undefined && wanted === chars[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
};
