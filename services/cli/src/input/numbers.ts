import { badInput } from '../stop.ts';

/** A whole number from `min`, as a commander option or argument. */
export const parseWhole =
  (what: string, min: number, max = Number.MAX_SAFE_INTEGER) =>
  (word: string): number => {
    const n = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (!(n >= min && n <= max)) {
      const allowed = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
      throw badInput(`${what} is ${word}; it must be a whole number ${allowed}`);
    }
    return n;
  };
