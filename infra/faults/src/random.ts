/** Numbers that a seed decides. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True so often out of one. */
  chance(of: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** Another sequence, which depends on this seed and a name alone: who draws first elsewhere changes nothing. */
  fork(name: string): Random;
}

/** The sequence of a seed (mulberry32). */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    between,
    chance: (of) => next() < of,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
    fork: (name) => createRandom(hash(`${seed} ${name}`)),
  };
};

const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
};
