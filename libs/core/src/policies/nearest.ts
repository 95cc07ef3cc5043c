const MOST_EDITS = 3;
const MOST_NAMED = 3;

/**
 * Up to three known ids that someone who asked for this one may have meant, closest first: a few edits away,
 * or one the beginning of the other. Made for error messages.
 */
export const nearest = (asked: string, known: Iterable<string>): string[] => {
  const found: { id: string; edits: number }[] = [];
  for (const id of known) {
    const edits = distance(asked, id);
    if (edits !== undefined) found.push({ id, edits });
  }
  return found
    .sort((a, b) => a.edits - b.edits || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({ id }) => id);
};

/** A sentence that names the nearest ids, or says that there are none. */
export const nearestSentence = (asked: string, known: Iterable<string>, noun: string): string => {
  const ids = nearest(asked, known);
  return ids.length === 0 ? `there is no ${noun} with a similar id` : `did you mean ${ids.join(', ')}?`;
};

const distance = (asked: string, id: string): number | undefined => {
  const [a, b] = [asked.toLowerCase(), id.toLowerCase()];
  const edits = editsWithin(a, b, Math.min(MOST_EDITS, Math.floor(Math.max(a.length, b.length) / 2)));
  if (edits !== undefined) return edits;
  return a.startsWith(b) || b.startsWith(a) ? MOST_EDITS + 1 : undefined;
};

/** Levenshtein distance when it is at most `most`, looking only at a band that wide around the diagonal. */
const editsWithin = (a: string, b: string, most: number): number | undefined => {
  if (Math.abs(a.length - b.length) > most) return undefined;
  const outside = most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => (j <= most ? j : outside));
  for (let i = 1; i <= a.length; i++) {
    const next = new Array<number>(b.length + 1).fill(outside);
    if (i <= most) next[0] = i;
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j++) {
      const changed = (row[j - 1] ?? outside) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(changed, (row[j] ?? outside) + 1, (next[j - 1] ?? outside) + 1, outside);
    }
    row = next;
  }
  const edits = row[b.length] ?? outside;
  return edits <= most ? edits : undefined;
};
