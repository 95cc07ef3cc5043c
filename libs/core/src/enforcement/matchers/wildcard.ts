/** A text with `*` for any run of characters, cut at its stars. */
export interface Wildcard {
  readonly prefix: string;
  readonly suffix: string;
  /** What must occur in between, in this order. */
  readonly middles: readonly string[];
}

/** Cuts a pattern that has at least one star. */
export const parseWildcard = (pattern: string): Wildcard => {
  const parts = pattern.split('*');
  return {
    prefix: parts[0] ?? '',
    suffix: parts.at(-1) ?? '',
    middles: parts.slice(1, -1).filter((part) => part !== ''),
  };
};

/** Whether a text fits: the leftmost place for each part is never worse than a later one, so nothing is retried. */
export const fitsWildcard = ({ prefix, suffix, middles }: Wildcard, text: string): boolean => {
  const end = text.length - suffix.length;
  if (end < prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
  let from = prefix.length;
  for (const part of middles) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= end;
};
