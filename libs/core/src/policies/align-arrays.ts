/** A run of equal elements, and what stands after it in one array instead of what stands there in the other. */
export interface Run<T> {
  readonly kept: number;
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** Above this many pairs of elements the middle is compared by place: a table of all pairs would cost too much. */
const MOST_PAIRS = 1_000_000;

/** Splits two arrays into runs along a longest common subsequence; elements are equal when their texts are. */
export const alignArrays = <T>(a: readonly T[], b: readonly T[], textOf: (item: T) => string): Run<T>[] => {
  const [left, right] = [a.map(textOf), b.map(textOf)];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let [endA, endB] = [left.length, right.length];
  while (endA > start && endB > start && left[endA - 1] === right[endB - 1]) {
    endA--;
    endB--;
  }
  const pairs = commonPairs(left.slice(start, endA), right.slice(start, endB));
  const anchors = [...pairs.map(([i, j]) => [start + i, start + j] as const), [endA, endB] as const];
  const runs: Run<T>[] = [];
  let [kept, i, j] = [start, start, start];
  for (const [nextI, nextJ] of anchors) {
    if (nextI > i || nextJ > j) {
      runs.push({ kept, removed: a.slice(i, nextI), added: b.slice(j, nextJ) });
      kept = 0;
    }
    kept += 1;
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return runs;
};

/** Places of a longest common subsequence, in order. */
const commonPairs = (a: readonly string[], b: readonly string[]): (readonly [number, number])[] => {
  const width = b.length + 1;
  if (a.length * b.length > MOST_PAIRS) return samePlaces(a, b);
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
};

const samePlaces = (a: readonly string[], b: readonly string[]): (readonly [number, number])[] =>
  a.flatMap((text, i) => (text === b[i] ? [[i, i] as const] : []));
